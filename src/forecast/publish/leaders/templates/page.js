(function () {
  "use strict";
  var page = document.currentScript.parentNode.querySelector(".hy");
  function all(root, what) { return Array.prototype.slice.call(root.querySelectorAll(what)); }
  var buttons = all(page, "button[data-switch]"), states = all(page, "[data-state]"), cards = {}, several = {};
  var chosen = {}, aims = {}, usual = {};
  function key(state) { return state.dataset.indicator + "." + state.dataset.territory + "." + state.dataset.measure; }
  buttons.forEach(function (button) { if (button.getAttribute("aria-pressed") === "true") { usual[button.dataset.switch] = button.dataset.value; } });
  states.forEach(function (state) {
    var seen = several[state.dataset.indicator] || (several[state.dataset.indicator] = {});
    seen[state.dataset.measure] = true;
    if ("card" in state.dataset) { cards[key(state)] = { state: state, usual: state.dataset.aim, nths: nthsOf(state) }; }
  });
  function nthsOf(card) {
    var nths = {};
    all(card, "[data-target]").forEach(function (button) { nths[button.dataset.target] = Number(button.dataset.nth); });
    return nths;
  }
  function fits(state) {
    var free = Object.keys(several[state.dataset.indicator]).length < 2;
    return state.dataset.territory === chosen.territory && (free || state.dataset.measure === chosen.measure);
  }

  /* ---- the document whose target a state speaks about: the reader's choice where the state has it, else the run's own ---- */
  function aimOf(state) {
    var card = cards[key(state)], wanted = aims[state.dataset.indicator];
    if (wanted === "own_target" && !("own" in card.state.dataset)) { return card.usual; }
    return wanted in card.nths ? wanted : card.usual;
  }
  function speakOf(state) {
    var aim = aimOf(state), nth = cards[key(state)].nths[aim];
    state.dataset.aim = aim;
    all(state, "[data-of]").forEach(function (part) { part.hidden = part.dataset.of.split(" ").indexOf(aim) < 0; });
    all(state, "[data-target]").forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.target === aim)); });
    all(state, "[data-row]").forEach(function (row) { row.classList.toggle("chosen", row.dataset.row === aim); });
    ["aims", "first", "later"].forEach(function (kind) {
      all(state, "svg [data-" + kind + "]").forEach(function (shape) { shape.setAttribute("class", shapeClass(kind, shape.dataset[kind].split(" ").map(Number), nth)); });
    });
    if ("card" in state.dataset) { state.className = "card card-" + state.querySelector("[data-of]:not([hidden])").dataset.code; }
  }
  function shapeClass(kind, nths, nth) {  /* targets that ask for the same share a mark; the label names the chosen one's document */
    var among = nths.indexOf(nth) >= 0;
    if (kind === "later") { return nths[0] === nth ? "" : "away"; }
    if (kind === "first" && among && nths[0] !== nth) { return "away"; }
    return nth === undefined || among ? "" : "faint";
  }
  function show() {
    states.forEach(function (state) {
      state.hidden = !fits(state);
      if (!state.hidden) { speakOf(state); }
    });
    all(page, "[data-chance]").forEach(function (part) { part.hidden = part.dataset.chance !== chosen.chance; });
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(chosen[button.dataset.switch] === button.dataset.value));
    });
    all(page, "[data-placeholder]").forEach(function (part) { part.placeholder = part.dataset.placeholder.split("|")[chosen.language === "vi" ? 0 : 1]; });
    all(page, "[data-label]").forEach(function (part) { part.setAttribute("aria-label", part.dataset.label.split("|")[chosen.language === "vi" ? 0 : 1]); });
    page.dataset.language = chosen.language;
    page.lang = chosen.language;
    document.documentElement.lang = chosen.language;
    document.title = chosen.language === "vi" ? "Bảng điều hành " + page.dataset.home : page.dataset.home + " leadership board";
    page.dispatchEvent(new CustomEvent("hy:shown"));
  }

  /* ---- the address keeps the whole state; it is read back strictly: known names and short plain values, nothing else ---- */
  var LONGEST = 8000, later = 0;
  function asked() {
    var fields = Object.create(null), text = location.hash.slice(1);
    (text.length > LONGEST ? "" : text).split("&").forEach(function (part) {
      var pair = /^([a-z0-9_.]{1,120})=([A-Za-z0-9_.:,-]{1,600})$/.exec(part);
      if (pair && !(pair[1] in fields)) { fields[pair[1]] = pair[2]; }
    });
    return fields;
  }
  /* ---- the short code of a paper stands for one state of this page (publish/papers/view.py makes the same) ---- */
  var CODES = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  function codeOf(address) {
    var first = 0x811c9dc5, second = 0x9747b28c, i, next;
    for (i = 0; i < address.length; i += 1) {
      first = Math.imul(first ^ address.charCodeAt(i), 0x01000193) >>> 0;
      next = Math.imul(second ^ address.charCodeAt(i), 0x5bd1e995) >>> 0;
      second = (next ^ (second >>> 13)) >>> 0;
    }
    return [first, second].map(function (number) { return [27, 22, 17, 12, 7].map(function (shift) { return CODES.charAt((number >>> shift) & 31); }).join(""); }).join("-");
  }
  function tidy(text) {  /* whatever Word or Zalo did to its dashes and spaces */
    var plain = text.replace(/\p{Cf}/gu, "").normalize("NFKC").toUpperCase().split("MA=").pop();
    var among = plain.match(/(?<![\p{L}\p{N}_-])[0-9A-Z]{5}\s*[-\u2010-\u2015\u2212]\s*[0-9A-Z]{5}(?![\p{L}\p{N}_-])/u), letters = (among ? among[0] : plain).replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    return letters.slice(0, 5) + "-" + letters.slice(5);
  }
  function values(name) {
    var texts = buttons.filter(function (button) { return button.dataset.switch === name; }).map(function (button) { return button.dataset.value; });
    return texts.length ? texts : [""];
  }
  function addressOf(code) {  /* the address of the state a code stands for, none where this page has none such */
    var wanted = tidy(code), here = "";
    values("territory").forEach(function (territory) {
      values("measure").forEach(function (measure) {
        var shown = Object.keys(cards).map(function (name) { return cards[name]; }).filter(function (card) {
          var free = Object.keys(several[card.state.dataset.indicator]).length < 2;
          return card.state.dataset.territory === territory && (free || card.state.dataset.measure === measure);
        }).sort(function (left, right) { return left.state.dataset.indicator < right.state.dataset.indicator ? -1 : 1; });
        values("language").forEach(function (language) {
          var ends = [""];
          shown.forEach(function (card) {
            var choices = [""].concat(Object.keys(card.nths).filter(function (id) { return id !== "own_target"; }).map(function (id) { return "&target." + card.state.dataset.indicator + "=" + id; }));
            ends = [].concat.apply([], ends.map(function (end) { return choices.map(function (choice) { return end + choice; }); }));
          });
          ends.forEach(function (end) {
            var address = "language=" + language + "&territory=" + territory + "&measure=" + measure + end;
            if (codeOf(address) === wanted) { here = address; }
          });
        });
      });
    });
    return here;
  }
  page.code = function () {  /* of the state shown now */
    var ends = Object.keys(cards).map(function (name) { return cards[name]; }).filter(function (card) { return fits(card.state); }).map(function (card) {
      var indicator = card.state.dataset.indicator, aim = aims[indicator];
      return aim in card.nths && aim !== "own_target" ? "&target." + indicator + "=" + aim : "";
    });
    return codeOf("language=" + chosen.language + "&territory=" + chosen.territory + "&measure=" + (chosen.measure || "") + ends.sort().join(""));
  };
  function openCode(code) {
    var address = addressOf(code);
    page.querySelector("[data-code-problem]").hidden = Boolean(address);
    if (address) { location.hash = address; }
    return Boolean(address);
  }
  page.querySelector("[data-code-form]").addEventListener("submit", function (event) {
    event.preventDefault();
    openCode(event.target.querySelector("input").value);
  });
  function read() {
    var short = /^#ma=([^&]{1,200})/.exec(location.hash);
    if (short) { try { openCode(decodeURIComponent(short[1])); } catch (error) { /* no text at all */ } }
    var fields = page.asked = asked();
    chosen = Object.assign({}, usual);
    aims = {};
    page.owns = {};
    buttons.forEach(function (button) { if (fields[button.dataset.switch] === button.dataset.value) { chosen[button.dataset.switch] = button.dataset.value; } });
    all(page, "[data-card] [data-target]").forEach(function (button) {
      var indicator = button.closest("[data-state]").dataset.indicator;
      if (fields["target." + indicator] === button.dataset.target) { aims[indicator] = button.dataset.target; }
    });
  }
  function write() {
    var parts = Object.keys(chosen).map(function (name) { return [name, chosen[name]]; });
    Object.keys(aims).forEach(function (indicator) { parts.push(["target." + indicator, aims[indicator]]); });
    Object.keys(page.owns).forEach(function (indicator) { parts.push(["own." + indicator, page.owns[indicator]]); });
    parts = parts.concat(page.tried ? page.tried() : []);
    clearTimeout(later);
    later = 0;
    try { history.replaceState(null, "", "#" + parts.map(function (part) { return part.join("="); }).join("&")); } catch (error) { /* a saved file may refuse */ }
  }
  page.remember = function () { clearTimeout(later); later = setTimeout(write, 150); };  /* browsers limit how often an address may change */
  window.addEventListener("pagehide", function () { if (later) { write(); } });
  window.addEventListener("hashchange", function () {
    read();
    page.dispatchEvent(new CustomEvent("hy:asked"));
    show();
  });
  function reset() {
    chosen = Object.assign({}, usual, { language: chosen.language });
    aims = {};
    page.owns = {};
    page.asked = Object.create(null);
    page.dispatchEvent(new CustomEvent("hy:asked"));
    show();
    write();
  }

  page.draw = show;
  page.aim = function (indicator, target) { aims[indicator] = target; show(); write(); };

  page.addEventListener("click", function (event) {
    var button = event.target.closest("button"), set = button ? button.dataset : {};
    if (set.switch) { chosen[set.switch] = set.value; }
    if (set.target) { aims[button.closest("[data-state]").dataset.indicator] = set.target; }
    if ("unfold" in set) { all(page, "details").forEach(function (fold) { fold.open = true; }); }
    if ("reset" in set) { reset(); } else if (set.switch || set.target) { show(); write(); }
  });
  all(page, 'a[href^="#"]').forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      all(page, ".contents").forEach(function (fold) { fold.open = false; });
      document.getElementById(link.getAttribute("href").slice(1)).scrollIntoView();
    });
  });
  /* a fold opened in one territory or measure is open in the others; on a phone the choice of views begins folded */
  page.addEventListener("toggle", function (event) {
    var fold = event.target.dataset.fold, state = fold && event.target.closest("[data-state]");
    if (!state) { return; }
    states.forEach(function (other) {
      if (other.dataset.indicator !== state.dataset.indicator) { return; }
      all(other, "[data-fold='" + fold + "']").forEach(function (same) { if (same.open !== event.target.open) { same.open = event.target.open; } });
    });
    page.dispatchEvent(new CustomEvent("hy:unfolded"));
  }, true);
  window.addEventListener("beforeprint", function () { all(page, "footer details").forEach(function (fold) { fold.open = true; }); });  /* paper names its runs */
  if (window.innerWidth <= 700) { page.querySelector(".views").open = false; }
  /* what stays in sight while one scrolls starts below the bar, however many rows it has */
  function measure() { page.style.setProperty("--bar", page.querySelector(".bar").offsetHeight + "px"); }
  window.addEventListener("resize", measure);
  window.addEventListener("load", measure);
  page.addEventListener("hy:shown", function () { requestAnimationFrame(measure); });
  read();
  show();
})();
