(function () {
  "use strict";
  var page = document.currentScript.parentNode.querySelector(".hy");
  /* one line when nobody answers any more, or when something newer is published; the page itself goes on working */
  var line = page.querySelector("[data-kept]"), away = line.querySelector("[data-kept-away]"), newer = line.querySelector("[data-kept-newer]");
  var pulse = document.body.dataset.pulse, shown = document.body.dataset.page, told = false;
  function say(gone, changed) {
    gone = gone && away !== null;
    line.hidden = !(gone || changed);
    if (away) { away.hidden = !gone; }
    newer.hidden = gone || !changed;
    if (changed && !told) { told = true; page.dispatchEvent(new Event("newer")); }
  }
  function ask() {
    var stop = new AbortController(), late = setTimeout(function () { stop.abort(); }, 4000);
    fetch(new URL(pulse, document.baseURI), { cache: "no-store", signal: stop.signal }).then(function (answer) { return answer.json(); })
      .then(function (state) {
        shown = shown || state.page;
        say(false, state.page !== shown);
        page.querySelectorAll("[data-door]").forEach(function (link) { link.hidden = (state.doors || []).indexOf(link.dataset.door) < 0; link.href = link.dataset.door; });
      })
      .catch(function () { say(true, false); })
      .finally(function () { clearTimeout(late); });
  }
  if (pulse) {
    ask();
    setInterval(function () { if (!document.hidden) { ask(); } }, Number(page.dataset.everyMs) || 15000);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) { ask(); } });
    ["online", "offline", "focus"].forEach(function (name) { window.addEventListener(name, ask); });
    if (!shown) { ask(); }
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
})();
