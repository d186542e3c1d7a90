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
  var written = function (value) { return value.toLocaleString(state.language === "vi" ? "vi-VN" : "en-US", { maximumFractionDigits: 6 }); };
  var date = function (iso) { return iso.slice(0, 10).split("-").reverse().join("/"); };
  var FIELDS = ["indicator", "territory", "measure", "status", "part"];
  var HEAD = [["Chỉ tiêu", "Indicator"], ["Địa bàn, kỳ", "Territory, period"], ["Giá trị", "Value"], ["Ai đo, tình trạng", "Measured by, status"], ["Vai trò", "Part"], ["Nguồn", "Source"]];
  var tables = { indicator: names.indicator, territory: names.territory, measure: names.measure, status: names.status, part: facts.parts };
  facts.rows.forEach(function (row) { /* what a search looks through, made once */
    row.words = plain([].concat(names.indicator[row[at.indicator]], names.territory[row[at.territory]], names.measure[row[at.measure]] || [], row[at.note], row[at.locator], row[at.period],
      row[at.source].split("+").map(function (id) { return (names.source[id] || []).slice(0, 2).join(" "); })).join(" "));
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
        && needles.every(function (needle) { return row.words.indexOf(needle) >= 0; });
    });
  }
  function cell(parts) { /* [text, class] or text; texts only, never HTML */
    var place = document.createElement("td");
    parts.forEach(function (part) {
      if (!part) { return; }
      var piece = document.createElement(part[2] || "div"); piece.textContent = part[0]; if (part[1]) { piece.className = part[1]; } place.appendChild(piece);
    });
    return place;
  }
  function value(row) {
    var high = row[at.high] === null ? "" : "–" + written(row[at.high]);
    return pair(names.bound[row[at.bound]]) + written(row[at.value]) + high + " " + named("unit", row);
  }
  function line(row) {
    var place = document.createElement("tr"), sources = row[at.source].split("+");
    place.dataset.source = row[at.source];
    var against = row[at.against] ? say(row[at.part] === "aside" ? "số được dùng: " : "số khác: ", row[at.part] === "aside" ? "the one used: " : "others: ") + row[at.against].split(", ").map(function (one) { return written(Number(one)); }).join("; ") : "";
    place.appendChild(cell([[named("indicator", row), ""], [named("kind", row), "", "small"]]));
    place.appendChild(cell([[named("territory", row)], [row[at.period], "value"]]));
    place.appendChild(cell([[value(row), "value"]]));
    place.appendChild(cell([[named("measure", row)], [named("status", row) + say(", biết từ ", ", known since ") + date(row[at.vintage]), "", "small"]]));
    place.appendChild(cell([[pair(facts.parts[row[at.part]]), "part part-" + row[at.part], "span"], against && [against], row[at.why] && [pair(row[at.why]), "", "small"]]));
    var known = sources.map(function (id) { return names.source[id]; }).filter(Boolean), more = document.createElement("details"), head = document.createElement("summary");
    head.textContent = (known[0] ? known[0][0] : sources[0]) + (known.length > 1 ? say(" (và " + (known.length - 1) + " nguồn nữa)", " (and " + (known.length - 1) + " more)") : "");
    more.appendChild(head);
    var rest = cell(known.map(function (source) { return [source[0] + ". " + source[1] + ", " + source[2]]; })
      .concat([row[at.locator] && [say("vị trí (nguyên văn): ", "at: ") + row[at.locator], "", "small"], row[at.note] && [say("ghi chú (nguyên văn): ", "note: ") + row[at.note], "", "small"]]));
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
  function take(language) { /* no cell may act as a formula */
    var mark = language === "vi" ? ";" : ",", number = function (one) { return one === null ? "" : language === "vi" ? String(one).replace(".", ",") : String(one); };
    var text = function (one) { one = String(one === null || one === undefined ? "" : one); if (/^[=+\-@\t\r\n]/.test(one)) { one = "'" + one; } return '"' + one.replace(/"/g, '""') + '"'; };
    var lines = [facts.columns.slice(0, -2).map(text).join(mark)].concat(wanted().map(function (row) {
      return facts.columns.slice(0, -2).map(function (name, place) { return typeof row[place] === "number" || row[place] === null ? number(row[place]) : text(row[place]); }).join(mark);
    }));
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([(language === "vi" ? "\ufeff" : "") + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = "so_lieu_hung_yen.csv"; link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 5000);
  }
  function speak(language) {
    state.language = language; page.dataset.language = language; page.lang = language; document.documentElement.lang = language;
    document.title = say("Số liệu – Hưng Yên", "Figures – Hưng Yên");
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
  if (location.protocol === "file:") { page.querySelector(".links").hidden = true; } /* a file on a stick has no other app beside it */
  speak(state.language);
})();
