/* ---- every chart and table taken away from the page itself: made here, offline, the code, scenario and day on each ---- */
(function () {
  "use strict";
  var page = document.currentScript.parentNode.querySelector(".hy"), SCALE = 2, FINE = 4, LINE = 24, MOST = 110;
  function all(root, what) { return Array.prototype.slice.call(root.querySelectorAll(what)); }
  function vi() { return page.dataset.language === "vi"; }
  function text(node) { return node ? node.innerText.replace(/\s+/g, " ").trim() : ""; }
  function stamp() {
    var preset = page.querySelector("[data-preset-all][aria-pressed='true']"), trying = page.querySelector("[data-trying]:not([hidden])");
    var day = text(page.querySelector(".meta b")), mark = text(page.querySelector(".meta .draft"));
    var parts = [page.code(), preset ? (vi() ? "kịch bản: " : "scenario: ") + text(preset) : "", text(trying), (vi() ? "số liệu đến " : "figures up to ") + day, mark];
    return parts.filter(Boolean).join(" · ");
  }
  function save(content, kind, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function nameOf(title, ending) {
    var plain = title.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").replace(/[^A-Za-z0-9]+/g, "_");
    return plain.slice(0, MOST) + "_" + page.code() + "." + ending;
  }

  function about(figure) {  /* of whom or what it speaks: the line of its answer, else the heading of its section */
    var state = figure.closest("[data-state]"), part = figure.closest("section");
    return text(state && state.querySelector(".about")) || text(part && part.querySelector("h2"));
  }
  function titleOf(figure) { return [about(figure), text(figure.querySelector("h3,h4"))].filter(Boolean).join(" – "); }

  /* a chart: as drawn, with what it borrows from its twin in the other language, its title above and a line below */
  function drawing(figure) {
    var seen = all(figure, ".picture").filter(function (box) { return box.checkVisibility(); })[0].querySelector("svg");
    var size = seen.getBoundingClientRect(), box = seen.viewBox.baseVal, wide = box && box.width || size.width, high = box && box.height || size.height;
    var own = seen.cloneNode(true), whole = shape("svg", []);
    all(own, "use").forEach(function (borrowed) {
      var original = document.getElementById(borrowed.getAttribute("href").slice(1)).cloneNode(true);
      original.removeAttribute("id");
      borrowed.replaceWith(original);
    });
    all(own, ".away").forEach(function (part) { part.remove(); });
    all(own, ".faint").forEach(function (part) { part.setAttribute("opacity", "0.25"); });
    [["width", wide], ["height", high], ["y", LINE]].forEach(function (pair) { own.setAttribute(pair[0], pair[1]); });
    high += 2 * LINE;
    [["width", wide], ["height", high], ["viewBox", "0 0 " + wide + " " + high]].forEach(function (pair) { whole.setAttribute(pair[0], pair[1]); });
    var ground = shape("rect", [["width", "100%"], ["height", "100%"], ["fill", "#fff"]]);
    whole.append(ground, lettered(titleOf(figure), 16, 14, wide, "#16222e"), own, lettered(stamp(), high - 8, 12, wide, "#4a5a68"));
    return { markup: new XMLSerializer().serializeToString(whole), wide: wide, high: high };
  }
  function shape(kind, facts) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", kind);
    facts.forEach(function (pair) { made.setAttribute(pair[0], pair[1]); });
    return made;
  }
  function lettered(content, at, size, wide, colour) {  /* a line of text that fits into a width */
    var line = shape("text", [["x", 6], ["y", at], ["font-family", "Noto Sans, Segoe UI, sans-serif"], ["font-size", Math.min(size, 1.7 * wide / content.length)], ["fill", colour]]);
    line.textContent = content;
    return line;
  }
  function painted(drawn, scale, then) {
    var picture = new Image();
    picture.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = drawn.wide * scale;
      canvas.height = drawn.high * scale;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      then(canvas);
    };
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(drawn.markup);
  }
  /* a PDF as wide as the chart: a picture of 4 points each way, packed without loss. A browser hands out no outlines of letters, and the
     fonts every PDF reader has lack the Vietnamese ones, so lines and texts cannot be written as such. */
  function pdf(canvas, drawn, then) {
    var seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, colours = new Uint8Array(seen.length / 4 * 3), i;
    for (i = 0; i < seen.length / 4; i += 1) { colours.set(seen.subarray(4 * i, 4 * i + 3), 3 * i); }
    new Response(new Blob([colours]).stream().pipeThrough(new CompressionStream("deflate"))).blob().then(function (packed) {
      var put = drawn.wide + " 0 0 " + drawn.high + " 0 0 cm /I Do", parts = ["%PDF-1.4\n"], at = 9, places = [];
      function add(part) { parts.push(part); at += part.size === undefined ? part.length : part.size; }
      [
        ["<</Type/Catalog/Pages 2 0 R>>"], ["<</Type/Pages/Kids[3 0 R]/Count 1>>"],
        ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + drawn.wide + " " + drawn.high + "]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>"],
        ["<</Type/XObject/Subtype/Image/Width " + canvas.width + "/Height " + canvas.height + "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode/Length " + packed.size + ">>stream\n", packed, "\nendstream"],
        ["<</Length " + put.length + ">>stream\n" + put + "\nendstream"]
      ].forEach(function (object, index) {
        places.push(at);
        [(index + 1) + " 0 obj"].concat(object, ["endobj\n"]).forEach(add);
      });
      parts.push("xref\n0 6\n0000000000 65535 f \n" + places.map(function (place) { return String(place).padStart(10, "0") + " 00000 n \n"; }).join(""));
      parts.push("trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + at + "\n%%EOF");
      then(new Blob(parts));
    });
  }
  function takeChart(figure, kind) {
    var drawn = drawing(figure), title = titleOf(figure);
    if (kind === "svg") { save(drawn.markup, "image/svg+xml", nameOf(title, kind)); return; }
    painted(drawn, kind === "pdf" ? FINE : SCALE, function (canvas) {
      if (kind === "pdf") { pdf(canvas, drawn, function (content) { save(content, "application/pdf", nameOf(title, kind)); }); return; }
      canvas.toBlob(function (content) { save(content, "image/png", nameOf(title, kind)); });
    });
  }

  /* a table: its cells as shown; what begins like a formula is text */
  function rowsOf(table) {
    return all(table, "tr").map(function (row) { return all(row, "th,td").map(text); });
  }
  function csv(title, rows) {
    var lines = [[title], [stamp()], []].concat(rows).map(function (row) {
      return row.map(function (cell) { return '"' + (/^[=+\-@\t\r]/.test(cell) ? "'" : "") + cell.replace(/"/g, '""') + '"'; }).join(vi() ? ";" : ",");
    });
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }
  function numberOf(cell) {
    var form = vi() ? /^[−-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/ : /^[−-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/;
    if (!form.test(cell)) { return null; }
    return (vi() ? cell.replace(/\./g, "").replace(",", ".") : cell.replace(/,/g, "")).replace("−", "-");
  }
  function escaped(cell) { return cell.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"); }
  function xlsx(title, rows) {
    var head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', main = "http://schemas.openxmlformats.org/", sheet = [[title], [stamp()], []].concat(rows).map(function (row) {
      return "<row>" + row.map(function (cell) {
        var number = numberOf(cell);
        return number === null ? '<c t="inlineStr"><is><t xml:space="preserve">' + escaped(cell) + "</t></is></c>" : "<c><v>" + number + "</v></c>";
      }).join("") + "</row>";
    }).join("");
    return zip([
      ["[Content_Types].xml", head + '<Types xmlns="' + main + 'package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'],
      ["_rels/.rels", head + '<Relationships xmlns="' + main + 'package/2006/relationships"><Relationship Id="r1" Type="' + main + 'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'],
      ["xl/workbook.xml", head + '<workbook xmlns="' + main + 'spreadsheetml/2006/main" xmlns:r="' + main + 'officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>'],
      ["xl/_rels/workbook.xml.rels", head + '<Relationships xmlns="' + main + 'package/2006/relationships"><Relationship Id="r1" Type="' + main + 'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'],
      ["xl/worksheets/sheet1.xml", head + '<worksheet xmlns="' + main + 'spreadsheetml/2006/main"><sheetData>' + sheet + "</sheetData></worksheet>"]
    ]);
  }
  function crc(bytes) {
    var sum = -1, i, bit;
    for (i = 0; i < bytes.length; i += 1) {
      sum ^= bytes[i];
      for (bit = 0; bit < 8; bit += 1) { sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0); }
    }
    return (sum ^ -1) >>> 0;
  }
  function zip(files) {  /* stored, not packed */
    var parts = [], index = [], at = 0, coder = new TextEncoder();
    function little(pairs) { return pairs.reduce(function (bytes, pair) { for (var i = 0; i < pair[1]; i += 1) { bytes.push(Math.floor(pair[0] / Math.pow(256, i)) % 256); } return bytes; }, []); }
    files.forEach(function (file) {
      var name = coder.encode(file[0]), body = coder.encode(file[1]);
      var facts = [[20, 2], [2048, 2], [0, 2], [0, 2], [33, 2], [crc(body), 4], [body.length, 4], [body.length, 4], [name.length, 2], [0, 2]];
      parts.push(Uint8Array.from(little([[0x04034b50, 4]].concat(facts))), name, body);
      index.push(Uint8Array.from(little([[0x02014b50, 4], [20, 2]].concat(facts, [[0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]))), name);
      at += 30 + name.length + body.length;
    });
    var size = index.reduce(function (sum, part) { return sum + part.length; }, 0), count = files.length;
    return new Blob(parts.concat(index, [Uint8Array.from(little([[0x06054b50, 4], [0, 4], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]]))]));
  }
  function takeTable(box, kind) {
    var figure = box.closest("figure,details"), named = text(figure && figure.querySelector("h3,h4,summary")) || text(box.querySelector("th"));
    var title = [about(box), named].filter(Boolean).join(" – "), rows = rowsOf(box);
    if (kind === "csv") { save(csv(title, rows), "text/csv", nameOf(title, kind)); return; }
    save(xlsx(title, rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", nameOf(title, kind));
  }
  function offer(beside, kinds, take) {
    var line = document.createElement("p");
    line.className = "take";
    kinds.forEach(function (kind) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = kind.toUpperCase();
      button.dataset.take = kind;
      button.dataset.label = "Lấy về " + kind.toUpperCase() + "|Take away as " + kind.toUpperCase();
      button.setAttribute("aria-label", button.dataset.label.split("|")[vi() ? 0 : 1]);
      button.addEventListener("click", function () { take(kind); });
      line.appendChild(button);
    });
    beside.after(line);
  }
  all(page, "figure").forEach(function (figure) {
    var last = all(figure, ".picture").pop();
    if (last) { offer(last, ["png", "svg", "pdf"], function (kind) { takeChart(figure, kind); }); }
  });
  all(page, ".scroll, table.targets").forEach(function (box) { offer(box, ["xlsx", "csv"], function (kind) { takeTable(box, kind); }); });
  page.querySelector("[data-beside]").hidden = document.body.dataset.papers === undefined;  /* only where papers were laid beside the file */
})();
