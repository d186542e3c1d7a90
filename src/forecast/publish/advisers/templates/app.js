(function () {
  "use strict";
  var page = document.currentScript.previousElementSibling;
  var $ = function (id) { return document.getElementById(id); };
  var all = function (what, where) { return Array.prototype.slice.call((where || page).querySelectorAll(what)); };
  var state = { territory: page.dataset.territory, measure: "nso", language: page.dataset.language, indicator: "digital_economy_share",
    compare: ["baseline", "ambitious"], pushes: {}, own: {}, first: 0, last: 0, start: "baseline", narrow: window.innerWidth < 700 };
  var MINE = "cua_toi", MOST = 4, ground = null, solution = null, solved = null, opening = "", asked = {}, number = 0, busy = 0, later = 0;
  var say = function (vi, en) { return state.language === "vi" ? vi : en; };

  /* ---- the channel: one comm on the kernel's socket ------------------------------------------------------------------- */
  var socket = null, session = uuid(), comm = uuid();
  function uuid() { var bytes = crypto.getRandomValues(new Uint8Array(16)); return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join(""); }
  function base() {
    var config = $("jupyter-config-data");
    if (config) { try { return JSON.parse(config.textContent).baseUrl || "/"; } catch (problem) { return "/"; } }
    return location.pathname.split("voila/render/")[0].replace(/[^/]*$/, "");
  }
  function post(type, content) {
    socket.send(JSON.stringify({ channel: "shell", parent_header: {}, metadata: {}, buffers: [], content: content,
      header: { msg_id: uuid(), msg_type: type, username: "", session: session, version: "5.3", date: new Date().toISOString() } }));
  }
  function connect() {
    if (!page.dataset.kernel) { trouble("Trang này cần được mở bằng lệnh make serve.", "This page has to be opened with make serve."); return; }
    var address = new URL(base() + "api/kernels/" + encodeURIComponent(page.dataset.kernel) + "/channels", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address);
    socket.onopen = function () { post("comm_open", { comm_id: comm, target_name: page.dataset.channel, data: {} }); begin(); };
    socket.onmessage = function (event) {
      var message = JSON.parse(event.data);
      if (message.msg_type === "comm_msg" && message.content.comm_id === comm) { received(message.content.data); }
      if (message.msg_type === "status" && /restarting|dead/.test(message.content.execution_state)) { lost(); }
    };
    socket.onclose = lost;
  }
  function lost() { /* what is on the page stays; a kernel that was started again knows nothing of it */
    var open = socket; socket = null; busy = 0; page.classList.remove("busy"); clearTimeout(patience);
    if (open) { open.onclose = null; open.close(); }
    if (ground) {
      trouble("Mất kết nối với máy chủ: các con số trên trang vẫn đọc được nhưng không tính tiếp được. Hãy tải lại trang.",
        "The connection is lost: what is shown can still be read, nothing more can be computed. Reload the page.");
    } else {
      all(".waiting").forEach(function (part) { part.hidden = true; });
      trouble("Máy chủ không trả lời, trang chưa có con số nào. Hãy tải lại trang; nếu vẫn lỗi, báo bộ phận kỹ thuật của tỉnh.",
        "The server does not answer, no number could be shown. Reload the page; if that fails, tell the province's IT staff.");
    }
  }
  var patience = 0;
  function waiting() {
    clearTimeout(patience);
    patience = setTimeout(function () {
      if (busy) { notice(say("Máy chủ đang bận, câu trả lời sẽ đến sau; nếu quá một phút, hãy tải lại trang.", "The server is busy, the answer will follow; after more than a minute reload the page.")); }
    }, 15000);
  }
  function ask(name, more) {
    if (!socket || socket.readyState !== 1) { return; }
    number += 1; asked[name] = number; busy += 1; page.classList.add("busy"); waiting();
    post("comm_msg", { comm_id: comm, data: Object.assign({ ask: name, number: number, state: state }, more || {}) });
  }
  function received(answer) {
    busy = Math.max(0, busy - 1);
    if (!busy) { page.classList.remove("busy"); }
    if (answer.number !== asked[answer.ask]) { return; } /* a later question is under way */
    if (answer.ask === "own") { $("own-problem").textContent = answer.error ? answer.error[state.language] : ""; }
    if (answer.error) { notice(answer.error[state.language], true); return; }
    if (answer.ask !== "file") { notice(""); }
    shown(answer);
  }
  function shown(answer) {
    Object.keys(answer.parts || {}).forEach(function (name) {
      var part = $("part-" + name); part.innerHTML = answer.parts[name]; part.classList.remove("waiting");
    });
    if (ANSWERS[answer.ask]) { ANSWERS[answer.ask](answer); }
  }
  var ANSWERS = {
    ground: function (answer) { if (solved) { solved = solution = null; $("part-solution").textContent = ""; } ground = answer.ground; settle(); pressed(); results(); },
    own: function (answer) { state.own = answer.own; remember(); ask("ground"); },
    solve: function (answer) { solution = answer.solution; },
    save: function (answer) { opening = answer.opened; ask("ground"); },
    reopen: function (answer) { opening = answer.opened; Object.assign(state, answer.place); pressed(); ask("ground"); },
    file: function (answer) {
      var raw = atob(answer.file.content), bytes = new Uint8Array(raw.length), link = document.createElement("a");
      for (var i = 0; i < raw.length; i += 1) { bytes[i] = raw.charCodeAt(i); }
      link.href = URL.createObjectURL(new Blob([bytes], { type: answer.file.media })); link.download = answer.file.name;
      link.click(); setTimeout(function () { URL.revokeObjectURL(link.href); }, 5000);
    }
  };
  /* typed targets stay in the address: #own.<indicator>=<text> */
  function remember() {
    var parts = Object.keys(state.own).map(function (name) { return "own." + name + "=" + encodeURIComponent(state.own[name]); });
    history.replaceState(null, "", location.pathname + location.search + (parts.length ? "#" + parts.join("&") : ""));
  }
  function recall() {
    location.hash.slice(1, 2000).split("&").forEach(function (part) {
      var pair = /^own\.([a-z0-9_]{1,60})=([^&=]{1,600})$/.exec(part);
      try { if (pair) { state.own[pair[1]] = decodeURIComponent(pair[2]); } } catch (problem) { /* not an address of ours */ }
    });
  }
  function begin() {
    var query = new URLSearchParams(location.search), text = query.get("kich_ban") || query.get("ma");
    if (text) { ask("reopen", { text: text }); setTimeout(function () { if (!ground) { ask("ground"); } }, 50); } else if (ground) { results(); } else { ask("ground"); }
  }
  function first() { /* what came with the page; a link or another language asks anew */
    var answers = JSON.parse(page.querySelector("[data-first]").textContent);
    if (!location.search && !location.hash && state.language === "vi") { answers.forEach(shown); }
  }
  function results() { clearTimeout(later); later = setTimeout(function () { if (busy > 1) { results(); } else { ask("cards"); ask("results"); } }, 90); }
  function notice(text, bad) { var bar = $("notice"); bar.textContent = text; bar.hidden = !text; bar.className = bad ? "bad" : ""; }
  function trouble(vi, en) { /* in both languages, that of the page first, with the way out */
    var bar = $("notice"), texts = [[vi, "vi"], [en, "en"]], again = document.createElement("button");
    bar.textContent = ""; bar.className = "bad"; bar.hidden = false;
    (state.language === "vi" ? texts : texts.reverse()).forEach(function (text, at) {
      var line = document.createElement("p"); line.textContent = text[0]; line.className = "own" + (at ? " beside" : ""); line.lang = text[1]; bar.appendChild(line);
    });
    again.type = "button"; again.className = "act"; again.dataset.reload = ""; again.textContent = say("Tải lại trang", "Reload the page"); bar.appendChild(again);
  }

  /* ---- levers: colour and record under the finger, without the kernel ---------------------------------------------------- */
  function written(value, digits) { return value.toLocaleString(state.language === "vi" ? "vi-VN" : "en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−"); }
  function digitsOf(step) { return (String(step).split(".")[1] || "").length; }
  function signed(value, digits) { return (value > 0 ? "+" : "") + written(value, digits); }
  function colour(row, push) {
    if (!row.highest || row.baseline === null) { return "none"; }
    var reach = row.baseline + push, sign = Math.sign(push), beyond = function (low, high) { return sign > 0 ? reach > high : reach < low; };
    if (sign && beyond(row.lowest[1], row.highest[1])) { return "red"; }
    return sign && row.band && beyond(row.band[0], row.band[1]) ? "amber" : "green";
  }
  function before(row, push) {
    var code = colour(row, push);
    if (code === "none") { return say("Không có lịch sử để so", "No record to compare with"); }
    var end = push >= 0 ? row.highest : row.lowest, reach = written(row.baseline + push, 1), most = written(end[1], 1);
    var few = row.years >= 8 ? "" : say("; chỉ có " + row.years + " năm số liệu", "; only " + row.years + " years known");
    var vi = "cộng với cơ sở là " + reach + ", " + (push >= 0 ? "cao nhất" : "thấp nhất") + " từng có " + most + " (năm " + end[0] + ")";
    var en = reach + " with the baseline, " + (push >= 0 ? "highest" : "lowest") + " so far " + most + " (" + end[0] + ")";
    if (code === "red") { return say("Chưa từng xảy ra trong cả nước: " + vi, "Never happened in the nation: " + en) + few; }
    if (code === "amber") { return say("Hiếm khi: " + vi, "Rare: " + en) + few; }
    return say("Cả nước từng có: " + vi, "Within the nation's experience: " + en) + few;
  }
  function rowOf(id) { return ground.levers.find(function (row) { return row.id === id; }); }
  function spansOf(id) { return SPANS.of(state.pushes[id], state.first, state.last); }
  function worst(row, spans) { /* the value that lies furthest from experience */
    var order = ["none", "green", "amber", "red"];
    return spans.reduce(function (far, span) {
      var worse = order.indexOf(colour(row, span[2])) - order.indexOf(colour(row, far));
      return worse > 0 || (!worse && Math.abs(span[2]) > Math.abs(far)) ? span[2] : far;
    }, 0);
  }
  function paint(id, dragging) { /* while a finger is on a slider the spans are not built anew */
    var row = rowOf(id), box = page.querySelector('[data-lever="' + id + '"]'), spans = spansOf(id), many = Array.isArray(state.pushes[id]);
    var digits = digitsOf(row.step), slider = box.querySelector(".one"), unit = row["unit_" + state.language], push = worst(row, spans);
    box.dataset.colour = push ? colour(row, push) : "rest";
    box.querySelector(".value").textContent = many ? say(spans.length + " giai đoạn", spans.length + (spans.length > 1 ? " spans" : " span")) : signed(push, digits);
    slider.hidden = many; if (!many) { slider.value = push; }
    slider.setAttribute("aria-valuetext", signed(push, digits) + " " + unit + ". " + before(row, push));
    box.querySelector("[data-before]").textContent = before(row, push);
    box.querySelector("[data-more-span]").disabled = !SPANS.more(spans, ground.years, ground.most_spans);
    if (dragging) { all(".span output", box).forEach(function (output, at) { output.textContent = signed(spans[at][2], digits); }); return; }
    var held = box.querySelector(".spans"); held.textContent = ""; held.hidden = !many;
    if (many) { spans.forEach(function (_, at) { held.appendChild(spanLine(row, spans, at, digits)); }); }
  }
  function spanLine(row, spans, at, digits) {
    var line = document.createElement("div"), span = spans[at], name = say("Giai đoạn ", "Span ") + (at + 1);
    line.className = "span"; line.dataset.at = at; line.setAttribute("role", "group"); line.setAttribute("aria-label", row["name_" + state.language] + ", " + name);
    [say("Từ", "From"), say("Đến", "To")].forEach(function (text, end) {
      var label = document.createElement("label"), choice = document.createElement("select");
      SPANS.choices(spans, at, end, ground.years).forEach(function (year) { choice.appendChild(option(year, String(year))); });
      choice.value = span[end]; choice.dataset.end = end; label.appendChild(document.createTextNode(text)); label.appendChild(choice); line.appendChild(label);
    });
    var value = document.createElement("output"), drop = document.createElement("button"), label = document.createElement("label"), slider = document.createElement("input");
    value.textContent = signed(span[2], digits); line.appendChild(value);
    drop.type = "button"; drop.className = "small"; drop.dataset.dropSpan = ""; drop.textContent = "✕"; drop.setAttribute("aria-label", say("Bỏ giai đoạn ", "Remove span ") + (at + 1)); line.appendChild(drop);
    slider.type = "range"; slider.min = row.low; slider.max = row.high; slider.step = row.step; slider.value = span[2];
    label.className = "pullspan"; label.textContent = say("Mức đẩy, ", "Push, ") + name.toLowerCase(); label.appendChild(slider); line.appendChild(label);
    return line;
  }
  function push(id, given, dragging) {
    var row = rowOf(id);
    if (given) { state.pushes[id] = given; } else { delete state.pushes[id]; }
    ground.levers.forEach(function (other) { /* two views of one revenue: only one side may be pushed */
      if (given && row.view && other.view && other.view !== row.view && state.pushes[other.id]) { delete state.pushes[other.id]; paint(other.id); }
    });
    paint(id, dragging); mine();
  }
  function moved() { return Object.keys(state.pushes).filter(function (id) { return SPANS.pushed(spansOf(id)).length; }); }
  function differs() { /* whether the sliders hold anything else than the scenario they started from */
    var start = (ground.presets[state.start] || {}).pushes || {};
    return moved().length > 0 && Object.keys(start).concat(moved()).some(function (id) { return !SPANS.same(spansOf(id), start[id] || []); });
  }
  function mine() {
    var own = differs(), at = state.compare.indexOf(MINE), wanted = own ? MINE : (moved().length ? state.start : "");
    if (!own && at >= 0) { state.compare.splice(at, 1); }
    if (wanted && state.compare.indexOf(wanted) < 0) { if (state.compare.length >= MOST) { state.compare.pop(); } state.compare.push(wanted); }
    choices();
  }
  function settle() {
    if (ground.years.indexOf(state.first) < 0) { state.first = ground.years[0]; }
    if (ground.years.indexOf(state.last) < 0) { state.last = ground.years[ground.years.length - 1]; }
    Object.keys(state.pushes).forEach(function (id) {
      var given = state.pushes[id], years = ground.years, end = years[years.length - 1];
      if (Array.isArray(given)) { /* only years that can be moved here */
        given = given.filter(function (span) { return span[1] >= years[0] && span[0] <= end; }).map(function (span) { return [Math.max(span[0], years[0]), Math.min(span[1], end), span[2]]; });
      }
      if (rowOf(id) && (!Array.isArray(given) || given.length)) { state.pushes[id] = given; } else { delete state.pushes[id]; }
    });
    state.compare = state.compare.filter(function (id) { return id === MINE || ground.presets[id]; });
    if (!ground.presets[state.start]) { state.start = "baseline"; }
    if (opening) { if (ground.presets[opening]) { chooseOpened(opening); } opening = ""; }
    $("first").value = state.first; $("last").value = state.last;
    refill(); mine();
    $("own-text").value = state.own[state.indicator] || "";
    if (state.own[state.indicator]) { aim(); levers(""); }
  }
  function chooseOpened(id) {
    if (ground.presets[id].pushes) { begins(id); }
    state.compare = state.compare.filter(function (other) { return other !== id && other !== MINE; }).slice(0, MOST - 1);
    state.compare.push(id);
  }
  function begins(id) {
    var preset = ground.presets[id];
    var given = preset.pushes || {}, ids = Object.keys(given), span = ids.length ? given[ids[0]][0] : null;
    if (span && ids.every(function (lever) { return given[lever].length === 1 && given[lever][0][0] === span[0] && given[lever][0][1] === span[1]; })) {
      state.first = span[0]; state.last = span[1]; $("first").value = state.first; $("last").value = state.last;
    }
    state.start = id; state.pushes = {};
    ids.forEach(function (lever) { state.pushes[lever] = SPANS.compact(SPANS.copy(given[lever]), state.first, state.last); });
    ground.levers.forEach(function (row) { paint(row.id); });
  }
  function option(value, text, off) { var choice = document.createElement("option"); choice.value = value; choice.textContent = text; choice.disabled = !!off; return choice; }
  function fill(id, choices, value) { var list = $(id); list.textContent = ""; choices.forEach(function (choice) { list.appendChild(choice); }); if (value !== undefined) { list.value = value; } }
  function refill() { /* everything the script itself writes, in the language of the moment */
    fill("start", Object.keys(ground.presets).map(function (id) {
      var preset = ground.presets[id], no = preset.pushes === null;
      return option(id, preset.name[state.language] + (no ? say(" (theo văn bản hoặc từng địa bàn cũ: chỉ để so sánh)", " (by document or former province: to compare only)") : ""), no);
    }), state.start);
    var target = $("target").value, lever = $("lever").value;
    fill("target", ground.targets.map(function (row) { return option(row.id, row[state.language]); }));
    if (ground.targets.some(function (row) { return row.id === target; })) { $("target").value = target; } else { aim(); }
    levers(lever);
    ground.levers.forEach(function (row) { paint(row.id); });
    choices();
  }
  function aim() { /* the first target of the indicator in view */
    var first = ground.targets.find(function (row) { return row.indicator === state.indicator; });
    if (first) { $("target").value = first.id; }
  }
  function levers(value) {
    var target = ground.targets.find(function (row) { return row.id === $("target").value; });
    var fit = ground.levers.filter(function (row) { return target && row.indicator === target.indicator && row.unit !== "points_per_point"; });
    fill("lever", [option("", say("tổ hợp ít nỗ lực nhất", "the least-effort mix"))].concat(fit.map(function (row) { return option(row.id, row["name_" + state.language]); })));
    if (fit.some(function (row) { return row.id === value; })) { $("lever").value = value; }
  }
  function choices() {
    if (!ground) { return; }
    var list = $("choices"), ids = Object.keys(ground.presets).concat(differs() ? [MINE] : []);
    list.textContent = "";
    ids.forEach(function (id) {
      var label = document.createElement("label"), box = document.createElement("input"), name = id === MINE ? say("Của tôi", "Mine") : ground.presets[id].name[state.language];
      box.type = "checkbox"; box.value = id; box.checked = state.compare.indexOf(id) >= 0; box.disabled = !box.checked && state.compare.length >= MOST;
      label.className = "check"; label.title = id === MINE ? "" : say(ground.presets[id].about, ground.presets[id].about_en);
      label.appendChild(box); label.appendChild(document.createTextNode(" " + name + (state.compare[0] === id ? say(" (mốc)", " (reference)") : ""))); list.appendChild(label);
    });
  }

  /* ---- what the reader does ---------------------------------------------------------------------------------------------- */
  function pressed() {
    all("button[data-switch]").forEach(function (button) { button.setAttribute("aria-pressed", String(state[button.dataset.switch] === button.dataset.value)); });
    page.dataset.language = state.language; page.lang = state.language; document.documentElement.lang = state.language;
    document.title = say("Kịch bản – ", "Scenarios – ") + page.dataset.home;
    all("details.levers").forEach(function (section) { section.open = section.dataset.indicator === state.indicator; });
  }
  page.addEventListener("click", function (event) {
    var button = event.target.closest("button"), link = event.target.closest("a[data-link]");
    if (link) { event.preventDefault(); location.href = location.pathname + link.getAttribute("href"); return; }
    if (!button) { return; }
    var given = button.dataset;
    if (given.switch) {
      state[given.switch] = given.value; pressed();
      if (given.switch === "territory" || given.switch === "measure") { ask("ground"); } else if (ground) {
        if (given.switch === "language") { refill(); if (solved) { ask("solve", solved); } } else { aim(); levers(""); $("own-text").value = state.own[state.indicator] || ""; }
        results();
      }
    } else if (given.file) { ask("file", { what: given.file, kind: given.kind });
    } else if (given.solve) { solved = { target: $("target").value, lever: $("lever").value, chance: Number(given.solve) / 100, on_top: $("on-top").checked }; ask("solve", solved);
    } else if (given.notebook) { notice(say("Đang ghi sổ tính…", "Writing the notebook…")); ask("notebook", { code: given.notebook });
    } else if (button.id === "reset") { state.pushes = {}; state.start = "baseline"; refill(); mine(); results();
    } else if (button.id === "apply" && solution) {
      state.pushes = {}; state.first = solution.first; state.last = solution.last; $("first").value = state.first; $("last").value = state.last;
      Object.keys(solution.pushes).forEach(function (id) { push(id, near(rowOf(id), solution.pushes[id])); });
      refill(); results();
    } else if ("reload" in given) { location.reload();
    } else if ("moreSpan" in given || "dropSpan" in given) {
      var lever = button.closest("[data-lever]").dataset.lever, line = button.closest(".span"), spans = SPANS.copy(spansOf(lever));
      if (line) { spans.splice(Number(line.dataset.at), 1); } else { spans = SPANS.more(spans, ground.years, ground.most_spans) || spans; }
      push(lever, spans.length ? SPANS.compact(spans, state.first, state.last) : 0); results();
      var next = page.querySelector('[data-lever="' + lever + '"]'); (line ? next.querySelector("[data-more-span]") : next.querySelector(".span:last-child select") || next.querySelector("select")).focus();
    }
  });
  /* a solution lands on the slider's next step towards the target, so that the chance asked for is still reached */
  function near(row, value) { var steps = value / row.step, count = value > 0 ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9); return Math.min(row.high, Math.max(row.low, Number((count * row.step).toFixed(6)))); }
  page.addEventListener("input", function (event) {
    var box = event.target.closest("[data-lever]");
    if (!box || event.target.type !== "range" || !ground) { return; }
    var line = event.target.closest(".span"), spans = SPANS.copy(spansOf(box.dataset.lever));
    if (line) { spans[Number(line.dataset.at)][2] = Number(event.target.value); }
    push(box.dataset.lever, line ? spans : Number(event.target.value), true); results();
  });
  page.addEventListener("change", function (event) {
    var field = event.target;
    if (field.id === "start") { begins(field.value); mine(); results(); }
    if (field.dataset.end) {
      var lever = field.closest("[data-lever]").dataset.lever, spans = SPANS.copy(spansOf(lever)), at = field.closest(".span").dataset.at;
      spans[Number(at)][Number(field.dataset.end)] = Number(field.value); push(lever, spans); results();
      page.querySelector('[data-lever="' + lever + '"] .span[data-at="' + at + '"] [data-end="' + field.dataset.end + '"]').focus();
    }
    if (field.id === "target") { levers($("lever").value); }
    if (field.id === "first" || field.id === "last") {
      state[field.id] = Number(field.value);
      if (state.last < state.first) { state.first = state.last = state[field.id]; $("first").value = state.first; $("last").value = state.last; }
      mine(); results();
    }
    if (field.closest("#choices")) {
      state.compare = field.checked ? state.compare.concat(field.value) : state.compare.filter(function (id) { return id !== field.value; });
      choices(); results();
    }
  });
  $("save").addEventListener("submit", function (event) { event.preventDefault(); ask("save", { name: $("name").value, author: $("author").value, reason: $("reason").value }); });
  $("open").addEventListener("submit", function (event) {
    event.preventDefault();
    var text = $("code").value.trim(), given = /[?&](?:kich_ban|ma)=([^&#]+)/.exec(text);
    ask("reopen", { text: given ? given[1] : text });
  });
  page.addEventListener("newer", function () { if (ground) { ask("ground"); } }); /* whether these are still the published draws */
  $("own").addEventListener("submit", function (event) { event.preventDefault(); ask("own", { text: $("own-text").value }); });
  window.addEventListener("resize", function () { var narrow = window.innerWidth < 700; if (narrow !== state.narrow && ground) { state.narrow = narrow; results(); } });
  recall(); pressed(); first(); connect();
})();
