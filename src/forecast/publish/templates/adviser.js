(function () {
  "use strict";
  var page = document.currentScript.previousElementSibling;
  var $ = function (id) { return document.getElementById(id); };
  var all = function (what, where) { return Array.prototype.slice.call((where || page).querySelectorAll(what)); };
  var state = { territory: "hung_yen_2025", measure: "nso", language: page.dataset.language, indicator: "digital_economy_share",
    compare: ["baseline", "ambitious"], pushes: {}, first: 0, last: 0, start: "baseline", narrow: window.innerWidth < 700 };
  var MINE = "cua_toi", MOST = 4, ground = null, solution = null, opening = "", asked = {}, number = 0, busy = 0, later = 0;
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
    if (!page.dataset.kernel) { notice(say("Trang này cần được mở bằng make serve.", "This page has to be opened with make serve."), true); return; }
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
    notice(say("Mất kết nối với máy chủ: các số trên trang vẫn giữ nguyên nhưng không tính tiếp được. Hãy tải lại trang.",
      "The connection is lost: what is shown stays, nothing more can be computed. Reload the page."), true);
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
  function received(found) {
    busy = Math.max(0, busy - 1);
    if (!busy) { page.classList.remove("busy"); }
    if (found.number !== asked[found.ask]) { return; } /* a later question is under way */
    if (found.error) { notice(found.error[state.language], true); return; }
    if (found.ask !== "file") { notice(""); }
    Object.keys(found.parts || {}).forEach(function (name) {
      var place = $("part-" + name); place.innerHTML = found.parts[name]; place.classList.remove("waiting");
    });
    if (ANSWERS[found.ask]) { ANSWERS[found.ask](found); }
  }
  var ANSWERS = {
    ground: function (found) { ground = found.ground; settle(); pressed(); results(); },
    solve: function (found) { solution = found.solution; },
    save: function (found) { opening = found.opened; ask("ground"); },
    reopen: function (found) { opening = found.opened; Object.assign(state, found.place); pressed(); ask("ground"); },
    file: function (found) {
      var raw = atob(found.file.content), bytes = new Uint8Array(raw.length), link = document.createElement("a");
      for (var i = 0; i < raw.length; i += 1) { bytes[i] = raw.charCodeAt(i); }
      link.href = URL.createObjectURL(new Blob([bytes], { type: found.file.media })); link.download = found.file.name;
      link.click(); setTimeout(function () { URL.revokeObjectURL(link.href); }, 5000);
    }
  };
  function begin() {
    var query = new URLSearchParams(location.search), text = query.get("kich_ban") || query.get("ma");
    if (text) { ask("reopen", { text: text }); setTimeout(function () { if (!ground) { ask("ground"); } }, 50); } else { ask("ground"); }
  }
  function results() { clearTimeout(later); later = setTimeout(function () { if (busy > 1) { results(); } else { ask("cards"); ask("results"); } }, 90); }
  function notice(text, bad) { var place = $("notice"); place.textContent = text; place.hidden = !text; place.className = bad ? "bad" : ""; }

  /* ---- levers: colour and record under the finger, without the kernel ---------------------------------------------------- */
  function written(value, digits) { return value.toLocaleString(state.language === "vi" ? "vi-VN" : "en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }); }
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
    if (code === "red") { return say("Chưa từng xảy ra: tới " + reach + "; cực trị " + most + " năm " + end[0], "Never happened: " + reach + " in all; extreme " + most + " in " + end[0]) + few; }
    if (code === "amber") { return say("Hiếm khi: tới " + reach + " (cực trị " + most + " năm " + end[0] + ")", "Rare: " + reach + " in all (extreme " + most + " in " + end[0] + ")") + few; }
    return say("Trong kinh nghiệm cả nước: tới " + reach + " (cực trị " + most + " năm " + end[0] + ")", "Within national experience: " + reach + " in all (extreme " + most + " in " + end[0] + ")") + few;
  }
  function rowOf(id) { return ground.levers.find(function (row) { return row.id === id; }); }
  function paint(id) {
    var row = rowOf(id), place = page.querySelector('[data-lever="' + id + '"]'), push = state.pushes[id] || 0, digits = digitsOf(row.step);
    var slider = place.querySelector("input"), unit = row["unit_" + state.language], code = push ? colour(row, push) : "rest";
    slider.value = push; place.dataset.colour = code;
    place.querySelector("output").textContent = signed(push, digits);
    slider.setAttribute("aria-valuetext", signed(push, digits) + " " + unit + ". " + before(row, push));
    place.querySelector("[data-before]").textContent = before(row, push);
  }
  function push(id, value) {
    var row = rowOf(id);
    if (value) { state.pushes[id] = value; } else { delete state.pushes[id]; }
    ground.levers.forEach(function (other) { /* two views of one revenue: only one side may be pushed */
      if (value && row.view && other.view && other.view !== row.view && state.pushes[other.id]) { delete state.pushes[other.id]; paint(other.id); }
    });
    paint(id); mine();
  }
  function mine() {
    var any = Object.keys(state.pushes).length > 0, at = state.compare.indexOf(MINE);
    if (any && at < 0) { if (state.compare.length >= MOST) { state.compare.pop(); } state.compare.push(MINE); }
    if (!any && at >= 0) { state.compare.splice(at, 1); }
    choices();
  }
  function settle() {
    if (ground.years.indexOf(state.first) < 0) { state.first = ground.years[0]; }
    if (ground.years.indexOf(state.last) < 0) { state.last = ground.years[ground.years.length - 1]; }
    Object.keys(state.pushes).forEach(function (id) { if (!rowOf(id)) { delete state.pushes[id]; } });
    state.compare = state.compare.filter(function (id) { return id === MINE || ground.presets[id]; });
    if (!ground.presets[state.start]) { state.start = "baseline"; }
    if (opening) { if (ground.presets[opening]) { chooseOpened(opening); } opening = ""; }
    $("first").value = state.first; $("last").value = state.last;
    refill(); mine();
  }
  function chooseOpened(id) {
    if (ground.presets[id].pushes) { begins(id); }
    state.compare = state.compare.filter(function (one) { return one !== id && one !== MINE; }).slice(0, MOST - 1);
    state.compare.push(id);
  }
  function begins(id) {
    var preset = ground.presets[id];
    state.start = id; state.pushes = Object.assign({}, preset.pushes);
    if (preset.years) { state.first = preset.years[0]; state.last = preset.years[1]; $("first").value = state.first; $("last").value = state.last; }
    ground.levers.forEach(function (row) { paint(row.id); });
  }
  function option(value, text, off) { var item = document.createElement("option"); item.value = value; item.textContent = text; item.disabled = !!off; return item; }
  function fill(id, items, value) { var place = $(id); place.textContent = ""; items.forEach(function (item) { place.appendChild(item); }); if (value !== undefined) { place.value = value; } }
  function refill() { /* everything the script itself writes, in the language of the moment */
    fill("start", Object.keys(ground.presets).map(function (id) {
      var preset = ground.presets[id], no = preset.pushes === null;
      return option(id, preset.name[state.language] + (no ? say(" (theo từng năm hoặc văn bản: chỉ để so sánh)", " (by year or document: to compare only)") : ""), no);
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
    var place = $("choices"), ids = Object.keys(ground.presets).concat(Object.keys(state.pushes).length ? [MINE] : []);
    place.textContent = "";
    ids.forEach(function (id) {
      var label = document.createElement("label"), box = document.createElement("input"), name = id === MINE ? say("Của tôi", "Mine") : ground.presets[id].name[state.language];
      box.type = "checkbox"; box.value = id; box.checked = state.compare.indexOf(id) >= 0; box.disabled = !box.checked && state.compare.length >= MOST;
      label.className = "check"; label.title = id === MINE ? "" : say(ground.presets[id].about, ground.presets[id].about_en);
      label.appendChild(box); label.appendChild(document.createTextNode(" " + name + (state.compare[0] === id ? say(" (mốc)", " (reference)") : ""))); place.appendChild(label);
    });
  }

  /* ---- what the reader does ---------------------------------------------------------------------------------------------- */
  function pressed() {
    all("button[data-switch]").forEach(function (button) { button.setAttribute("aria-pressed", String(state[button.dataset.switch] === button.dataset.value)); });
    page.dataset.language = state.language; page.lang = state.language; document.documentElement.lang = state.language;
    document.title = say("Kịch bản – Hưng Yên", "Scenarios – Hưng Yên");
    all("details.levers").forEach(function (item) { item.open = item.dataset.indicator === state.indicator; });
  }
  page.addEventListener("click", function (event) {
    var button = event.target.closest("button"), link = event.target.closest("a[data-link]");
    if (link) { event.preventDefault(); location.href = location.pathname + link.getAttribute("href"); return; }
    if (!button) { return; }
    var given = button.dataset;
    if (given.switch) {
      state[given.switch] = given.value; pressed();
      if (given.switch === "territory" || given.switch === "measure") { ask("ground"); } else if (ground) {
        if (given.switch === "language") { refill(); } else { aim(); levers(""); }
        results();
      }
    } else if (given.file) { ask("file", { what: given.file, kind: given.kind });
    } else if (given.solve) { ask("solve", { target: $("target").value, lever: $("lever").value, chance: Number(given.solve) / 100, on_top: $("on-top").checked });
    } else if (given.notebook) { notice(say("Đang ghi sổ tính…", "Writing the notebook…")); ask("notebook", { code: given.notebook });
    } else if (button.id === "reset") { state.pushes = {}; state.start = "baseline"; refill(); mine(); results();
    } else if (button.id === "apply" && solution) {
      Object.keys(solution.pushes).forEach(function (id) { push(id, near(rowOf(id), solution.pushes[id])); });
      state.first = solution.first; state.last = solution.last; $("first").value = state.first; $("last").value = state.last; results();
    }
  });
  /* a solution lands on the slider's next step towards the target, so that the chance asked for is still reached */
  function near(row, value) { var steps = value / row.step, whole = value > 0 ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9); return Math.min(row.high, Math.max(row.low, Number((whole * row.step).toFixed(6)))); }
  page.addEventListener("input", function (event) {
    var place = event.target.closest("[data-lever]");
    if (place && event.target.type === "range" && ground) { push(place.dataset.lever, Number(event.target.value)); results(); }
  });
  page.addEventListener("change", function (event) {
    var item = event.target;
    if (item.id === "start") { begins(item.value); mine(); results(); }
    if (item.id === "target") { levers($("lever").value); }
    if (item.id === "first" || item.id === "last") {
      state[item.id] = Number(item.value);
      if (state.last < state.first) { state.first = state.last = state[item.id]; $("first").value = state.first; $("last").value = state.last; }
      results();
    }
    if (item.closest("#choices")) {
      state.compare = item.checked ? state.compare.concat(item.value) : state.compare.filter(function (id) { return id !== item.value; });
      choices(); results();
    }
  });
  $("save").addEventListener("submit", function (event) { event.preventDefault(); ask("save", { name: $("name").value, author: $("author").value, reason: $("reason").value }); });
  $("open").addEventListener("submit", function (event) {
    event.preventDefault();
    var text = $("code").value.trim(), found = /[?&](?:kich_ban|ma)=([^&#]+)/.exec(text);
    ask("reopen", { text: found ? found[1] : text });
  });
  window.addEventListener("resize", function () { var narrow = window.innerWidth < 700; if (narrow !== state.narrow && ground) { state.narrow = narrow; results(); } });
  pressed(); connect();
})();
