(function () {
  "use strict";
  var page = document.currentScript.previousElementSibling;
  var buttons = Array.prototype.slice.call(page.querySelectorAll("button[data-switch]"));
  var states = Array.prototype.slice.call(page.querySelectorAll("[data-state]"));
  var chosen = {};
  function pressed(button) { return button.getAttribute("aria-pressed") === "true"; }
  buttons.forEach(function (button) { if (pressed(button)) { chosen[button.dataset.switch] = button.dataset.value; } });
  var several = {};
  states.forEach(function (state) {
    var seen = several[state.dataset.indicator] || (several[state.dataset.indicator] = {});
    seen[state.dataset.measure] = true;
  });
  function fits(state) {
    var free = Object.keys(several[state.dataset.indicator]).length < 2;
    return state.dataset.territory === chosen.territory && (free || state.dataset.measure === chosen.measure);
  }
  function show() {
    states.forEach(function (state) { state.hidden = !fits(state); });
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(chosen[button.dataset.switch] === button.dataset.value));
    });
    page.dataset.language = chosen.language;
    page.lang = chosen.language;
    document.documentElement.lang = chosen.language;
    document.title = chosen.language === "vi" ? "Bảng điều hành Hưng Yên" : "Hưng Yên leadership board";
    page.dispatchEvent(new CustomEvent("hy:shown"));
  }
  function remember() {
    var parts = Object.keys(chosen).map(function (name) { return name + "=" + encodeURIComponent(chosen[name]); });
    try { history.replaceState(null, "", "#" + parts.join("&")); } catch (error) { /* a saved file may refuse */ }
  }
  location.hash.slice(1).split("&").forEach(function (part) {
    var pair = part.split("=");
    var known = buttons.some(function (b) { return b.dataset.switch === pair[0] && b.dataset.value === pair[1]; });
    if (known) { chosen[pair[0]] = pair[1]; }
  });
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      chosen[button.dataset.switch] = button.dataset.value;
      show();
      remember();
    });
  });
  page.querySelectorAll('a[href^="#"]').forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      document.getElementById(link.getAttribute("href").slice(1)).scrollIntoView();
    });
  });
  /* one line when nobody answers any more, or when something newer is published; the page itself goes on working */
  var line = page.querySelector("[data-kept]"), away = line.querySelector("[data-kept-away]"), newer = line.querySelector("[data-kept-newer]");
  function say(gone, changed) {
    line.hidden = !(gone || changed);
    away.hidden = !gone;
    newer.hidden = gone || !changed;
  }
  var pulse = document.body.dataset.pulse;
  function ask() {
    var stop = new AbortController(), late = setTimeout(function () { stop.abort(); }, 4000);
    fetch(new URL(pulse, document.baseURI), { cache: "no-store", signal: stop.signal }).then(function (answer) { return answer.json(); })
      .then(function (found) { say(false, found.page !== document.body.dataset.page); })
      .catch(function () { say(true, false); })
      .finally(function () { clearTimeout(late); });
  }
  if (pulse) {
    setInterval(function () { if (!document.hidden) { ask(); } }, Number(page.dataset.everyMs) || 15000);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) { ask(); } });
    ["online", "offline", "focus"].forEach(function (name) { window.addEventListener(name, ask); });
  } else if (location.protocol === "file:") { say(true, false); }
  function settle() { page.dataset.settled = ""; }  /* until then only the cards are laid out, so that they come first */
  if (document.readyState === "complete") { settle(); } else { window.addEventListener("load", settle); }
  var apps = (document.body.dataset.apps || "").split(" ");
  page.querySelectorAll("[data-app]").forEach(function (link) {
    link.hidden = apps.indexOf(link.dataset.app) < 0;
    if (!link.hidden) {
      link.href = "voila/render/" + link.dataset.app + ".ipynb";
      link.parentNode.hidden = false;
    }
  });
  show();
})();
