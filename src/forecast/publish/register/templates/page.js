(function () {
  "use strict";
  var page = document.currentScript.previousElementSibling;
  var facts = JSON.parse(page.querySelector("[data-facts]").textContent), names = facts.names;
  var all = function (what) { return Array.prototype.slice.call(page.querySelectorAll(what)); };
  var at = {}, state = { language: page.dataset.language, shown: 50 };
  facts.columns.forEach(function (name, place) { at[name] = place; });
  var say = function (vi, en) { return state.language === "vi" ? vi : en; };
  var pair = function (texts) { return texts ? texts[state.language === "vi" ? 0 : 1] : ""; };
  var named = function (field, row) { return pair(names[field][row[at[field]]]) || row[at[field]]; };
  var plain = function (text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase(); };
  var written = function (value) { return value.toLocaleString(state.language === "vi" ? "vi-VN" : "en-US", { maximumFractionDigits: 6 }).replace("-", "−"); };
  var date = function (iso) { return iso.slice(0, 10).split("-").reverse().join("/"); };
  var PLAIN = ["count", "rank", "score", "points", "index", "ratio"]; /* a number says enough */
  var FIELDS = ["indicator", "territory", "measure", "status", "part"];
  var HEAD = [["Chỉ tiêu", "Indicator"], ["Địa bàn, kỳ", "Territory, period"], ["Giá trị", "Value"], ["Ai đo, tình trạng", "Measured by, status"], ["Vai trò", "Part"], ["Nguồn", "Source"]];
  var tables = { indicator: names.indicator, territory: names.territory, measure: names.measure, status: names.status, part: facts.parts };
  var WAYS = ["vi-VN", "en-US"].map(function (tag) { return new Intl.NumberFormat(tag, { maximumFractionDigits: 6 }); });
  var numbered = function (value) { return value === null ? [] : [String(value)].concat(WAYS.map(function (way) { return way.format(value); })); };
  facts.rows.forEach(function (row) { /* what a search looks through, made once */
    row.words = plain([].concat(names.indicator[row[at.indicator]], names.territory[row[at.territory]], names.measure[row[at.measure]] || [], (names.note[row[at.note]] || []).slice(0, 2), (names.locator[row[at.locator]] || []).slice(0, 2), names.period[row[at.period]],
      row[at.source].split("+").map(function (id) { return (names.source[id] || []).slice(0, 4).join(" "); })).join(" "));
    row.numbers = " " + numbered(row[at.value]).concat(numbered(row[at.high])).join(" ");
  });

  function control(name) { return page.querySelector('[data-filter="' + name + '"]'); }
  function option(value, text) { var item = document.createElement("option"); item.value = value; item.textContent = text; return item; }
  function fill() {
    FIELDS.forEach(function (field) {
      var place = control(field), before = place.value, used = {};
      facts.rows.forEach(function (row) { used[row[at[field]]] = (used[row[at[field]]] || 0) + 1; });
      place.textContent = ""; place.appendChild(option("", say("tất cả", "all")));
      Object.keys(tables[field]).forEach(function (id) { if (used[id]) { place.appendChild(option(id, pair(tables[field][id]) + " (" + written(used[id]) + ")")); } });
      place.value = before;
    });
    var years = facts.rows.reduce(function (found, row) { return [Math.min(found[0], row[at.first]), Math.max(found[1], row[at.last])]; }, [9999, 0]);
    ["from", "to"].forEach(function (name) {
      var place = control(name), before = place.value;
      place.textContent = ""; place.appendChild(option("", say("mọi năm", "any year")));
      for (var year = years[1]; year >= years[0]; year -= 1) { place.appendChild(option(year, String(year))); }
      place.value = before;
    });
  }
  function wanted() {
    var want = {}, needles = plain(control("words").value).split(/\s+/).filter(Boolean), from = Number(control("from").value) || 0, to = Number(control("to").value) || 9999;
    FIELDS.forEach(function (field) { want[field] = control(field).value; });
    return facts.rows.filter(function (row) {
      return FIELDS.every(function (field) { return !want[field] || row[at[field]] === want[field]; }) && row[at.last] >= from && row[at.first] <= to
        && needles.every(function (needle) { return row.words.indexOf(needle) >= 0 || row.numbers.indexOf(" " + needle) >= 0; });
    });
  }
  function cell(parts) { /* [text, class] or text; texts only, never HTML */
    var place = document.createElement("td");
    parts.forEach(function (part) {
      if (!part) { return; }
      var piece = document.createElement(part[2] || "div"); piece.textContent = part[0]; if (part[1]) { piece.className = part[1]; }
      if (part[3]) { piece.lang = part[3]; piece.className += " own"; } place.appendChild(piece);
    });
    return place;
  }
  function value(row) {
    var high = row[at.high] === null ? "" : "–" + written(row[at.high]);
    return pair(names.bound[row[at.bound]]) + written(row[at.value]) + high + (PLAIN.indexOf(row[at.unit]) < 0 ? " " + named("unit", row) : "");
  }
  function measured(row) { /* words in the press are the speaker's, whoever measured */
    var said = row[at.said] ? say("báo chí dẫn ", "the press quoting ") + pair(names.said[row[at.said]]) + say(", theo số của ", ", on figures of ") : "";
    return said + named("measure", row);
  }
  function line(row) {
    var place = document.createElement("tr"), sources = row[at.source].split("+");
    place.dataset.source = row[at.source];
    var against = row[at.against] ? say(row[at.part] === "aside" ? "số được dùng: " : "số khác: ", row[at.part] === "aside" ? "the one used: " : "others: ") + row[at.against].split(", ").map(function (one) { return written(Number(one)); }).join("; ") : "";
    place.appendChild(cell([[named("indicator", row), ""], [named("kind", row), "", "small"]]));
    place.appendChild(cell([[named("territory", row)], [pair(names.period[row[at.period]]), "value"]]));
    place.appendChild(cell([[value(row), "value"]]));
    place.appendChild(cell([[measured(row)], [named("status", row) + say(", biết từ ", ", known since ") + date(row[at.vintage]), "", "small"]]));
    place.appendChild(cell([[pair(facts.parts[row[at.part]]), "part part-" + row[at.part], "span"], against && [against], row[at.why] && [pair(row[at.why]), "", "small"]]));
    var known = sources.map(function (id) { return names.source[id]; }).filter(Boolean), more = document.createElement("details"), head = document.createElement("summary");
    var here = state.language === "vi" ? 0 : 1, first = document.createElement("span");
    first.textContent = known[0] ? known[0][here] : sources[0]; first.className = "own"; first.lang = known[0] ? known[0][6] : "en"; head.appendChild(first);
    if (known.length > 1) { head.appendChild(document.createTextNode(say(" (và " + (known.length - 1) + " nguồn nữa)", " (and " + (known.length - 1) + " more)"))); }
    more.appendChild(head);
    var noted = function (field, vi, en) { /* a text without Vietnamese is shown in English and said to be */
      var found = names[field][row[at[field]]];
      return found ? [say(vi, en) + (found[2] && state.language === "vi" ? " (bằng tiếng Anh)" : "") + ": " + found[here], "", "small", found[2] ? "en" : ""] : "";
    };
    var rest = cell([].concat.apply([], known.map(function (source, at) {
      return [at ? [source[here], "", "div", source[6]] : "", [source[2 + here] + ", " + source[4 + here], "", "div", source[7]]];
    })).concat([noted("locator", "vị trí", "at"), noted("note", "ghi chú", "note")]));
    known.forEach(function (source) {
      if (!/^https?:\/\//.test(source[8])) { return; }
      var link = document.createElement("a");
      link.href = source[8]; link.textContent = source[8]; link.rel = "noopener noreferrer"; link.className = "address"; rest.appendChild(link);
    });
    while (rest.firstChild) { more.appendChild(rest.firstChild); }
    var last = document.createElement("td"); last.appendChild(more);
    place.appendChild(last);
    return place;
  }
  function draw() {
    var rows = wanted(), body = page.querySelector(".figures tbody"), head = page.querySelector(".figures thead tr");
    body.textContent = ""; head.textContent = "";
    HEAD.forEach(function (text) { var item = document.createElement("th"); item.scope = "col"; item.textContent = pair(text); head.appendChild(item); });
    rows.slice(0, state.shown).forEach(function (row) { body.appendChild(line(row)); });
    page.querySelector(".count").textContent = say(written(rows.length) + " con số, đang hiện " + written(Math.min(rows.length, state.shown)), written(rows.length) + " figures, " + written(Math.min(rows.length, state.shown)) + " shown");
    page.querySelector("[data-more]").hidden = rows.length <= state.shown;
  }
  var FILE = [["chỉ tiêu", "indicator"], ["ai đo", "measured by"], ["địa bàn", "territory"], ["kỳ", "period"], ["loại", "kind"], ["giá trị", "value"], ["giá trị cao", "high value"], ["đơn vị", "unit"],
    ["biết từ", "known since"], ["tình trạng", "status"], ["mức", "bound"], ["vai trò", "part"], ["nguồn", "source"], ["vị trí", "place"], ["ghi chú", "note"]];
  function told(row) { /* a line of the file: names in the reader's language, numbers as numbers */
    var text = function (field) { return named(field, row); }, here = state.language === "vi" ? 0 : 1;
    var sources = row[at.source].split("+").map(function (id) { return names.source[id] ? names.source[id][here] + ". " + names.source[id][2 + here] : id; });
    return [text("indicator"), measured(row), text("territory"), pair(names.period[row[at.period]]), text("kind"), row[at.value], row[at.high], text("unit"), date(row[at.vintage]), text("status"),
      pair(names.bound[row[at.bound]]).trim(), pair(facts.parts[row[at.part]]), sources.join(" + "), pair(names.locator[row[at.locator]]), pair(names.note[row[at.note]])];
  }
  function take(language) { /* no cell may act as a formula */
    var mark = language === "vi" ? ";" : ",", number = function (one) { return one === null ? "" : language === "vi" ? String(one).replace(".", ",") : String(one); };
    var text = function (one) { one = String(one === null || one === undefined ? "" : one); if (/^[=+\-@\t\r\n]/.test(one)) { one = "'" + one; } return '"' + one.replace(/"/g, '""') + '"'; };
    var lines = [FILE.map(function (one) { return text(pair(one)); }).join(mark)].concat(wanted().map(function (row) {
      return told(row).map(function (one) { return typeof one === "number" || one === null ? number(one) : text(one); }).join(mark);
    }));
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([(language === "vi" ? "\ufeff" : "") + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = "so_lieu_" + plain(page.dataset.home).replace(/ /g, "_") + ".csv"; link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 5000);
  }
  function speak(language) {
    state.language = language; page.dataset.language = language; page.lang = language; document.documentElement.lang = language;
    document.title = say("Số liệu – ", "Figures – ") + page.dataset.home;
    all("[data-language-of]").forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.languageOf === language)); });
    fill(); draw();
  }
  page.addEventListener("click", function (event) {
    var button = event.target.closest("button"), link = event.target.closest('a[href^="#"]');
    if (link) {
      event.preventDefault();
      var place = document.getElementById(link.getAttribute("href").slice(1));
      if (place) { var closed = place.closest("details"); if (closed) { closed.open = true; } place.scrollIntoView(); }
    }
    if (!button) { return; }
    if (button.dataset.languageOf) { speak(button.dataset.languageOf); }
    if (button.dataset.take) { take(button.dataset.take); }
    if ("more" in button.dataset) { state.shown += 50; draw(); }
    if ("clear" in button.dataset) { all("[data-filter]").forEach(function (one) { one.value = ""; }); state.shown = 50; draw(); }
  });
  page.querySelector(".filters").addEventListener("input", function () { state.shown = 50; draw(); });
  page.querySelector(".filters").addEventListener("submit", function (event) { event.preventDefault(); });
  page.querySelector("#clashes").addEventListener("change", function (event) {
    all("#targets tbody tr").forEach(function (row) { row.hidden = event.target.checked && !("clash" in row.dataset); });
  });
  if (window.innerWidth > 860) { page.querySelector("details.more").open = true; }
  page.dataset.settled = ""; /* every section has its true height, so that a link to one lands on it */
  if (location.protocol === "file:") { page.querySelector(".links").hidden = true; } /* a file on a stick has no other app beside it */
  speak(state.language);
})();
