var page = document.currentScript.parentNode.querySelector(".hy");

/* ---- one panel ---- */
var panels = Array.prototype.map.call(page.querySelectorAll("[data-tryout]"), function (box) {
  var state = box.closest("[data-state]");
  var data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
  var card = Array.prototype.find.call(page.querySelectorAll(".card[data-state]"), function (candidate) {
    return candidate.dataset.indicator === state.dataset.indicator && candidate.dataset.territory === state.dataset.territory && candidate.dataset.measure === state.dataset.measure;
  });
  var key = [state.dataset.indicator, state.dataset.territory, state.dataset.measure].join(".");
  return { key: key, box: box, state: state, data: data, card: card, aim: null, base: null, levels: null, pushes: {}, preset: "baseline", from: "baseline", moves: [] };
});
function out(panel, name) { return panel.box.querySelector("[data-out='" + name + "']"); }
function settle(panel) {
  if (!panel.base) {
    panel.base = decode(panel.data);
    panel.years = panel.data.years.filter(function (year) { return year >= panel.data.known_to; });
    panel.published = bandsOf(panel, panel.base);
  }
  panel.levels = moved(panel.data, panel.base, panel.pushes);
  panel.bands = panel.levels === panel.base ? panel.published : bandsOf(panel, panel.levels);
  panel.chances = {};
  panel.data.targets.forEach(function (target) { panel.chances[target.id] = chanceOf(target, panel.levels); });
  panel.box.tryout = { pushes: panel.pushes, years: panel.years, bands: panel.bands, chances: panel.chances };
}
function bandsOf(panel, levels) { return panel.years.map(function (year) { return quantiles(levels[year]); }); }

function tell(panel) {
  var data = panel.data, last = panel.bands[panel.bands.length - 1], year = panel.years[panel.years.length - 1];
  both(out(panel, "band"), function (language) {
    var ends = [0, 2, 4].map(function (end) { return amount(data, last[end], language); });
    return language === "vi" ? "Năm " + year + ": mức giữa " + ends[1] + "; 8 phần 10 khả năng nằm trong khoảng từ " + ends[0] + " đến " + ends[2] + "."
      : year + ": middle level " + ends[1] + "; 8 chances in 10 between " + ends[0] + " and " + ends[2] + ".";
  });
  if (!(panel.aim in panel.chances)) {
    out(panel, "verdict").className = "";
    out(panel, "verdict").replaceChildren();
    both(out(panel, "chance"), function (language) { return (data.silent[panel.aim] || ["", ""])[language === "vi" ? 0 : 1]; });
  } else {
    var judged = verdict(panel.chances[panel.aim]), mark = out(panel, "verdict");
    mark.className = "chip chip-" + judged[1];
    both(mark, function (language) { return judged[4] + " " + judged[language === "vi" ? 2 : 3]; });
    both(out(panel, "chance"), function (language) { return chance(panel.chances[panel.aim], language); });
  }
  panel.box.querySelectorAll("[data-target]").forEach(function (button) {
    both(button.querySelector("[data-aim-chance]"), function (language) { return chance(panel.chances[button.dataset.target], language); });
  });
  out(panel, "rows").replaceChildren.apply(out(panel, "rows"), panel.years.map(function (year, index) {
    var row = document.createElement("tr"), band = panel.bands[index];
    [null, band[0], band[2], band[4], panel.published[index][2]].forEach(function (value) {
      var cell = document.createElement("td");
      if (value === null) { cell.textContent = String(year); } else { both(cell, function (language) { return plain(value, language); }); }
      row.appendChild(cell);
    });
    return row;
  }));
  panel.box.querySelectorAll("[data-preset]").forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.preset === panel.preset)); });
  panel.data.levers.forEach(function (lever) { tellLever(panel, lever); });
  tellCard(panel);
  tellOwn(panel);
}
function valueOf(panel, lever) {
  return (panel.pushes[lever.id] || []).reduce(function (most, span) { return Math.abs(span[2]) > Math.abs(most) ? span[2] : most; }, 0);
}
function tellLever(panel, lever) {
  var holder = panel.box.querySelector("[data-lever='" + lever.id + "']"), value = valueOf(panel, lever), seen = holder.querySelector(".seen");
  var slider = holder.querySelector("input");
  if (Number(slider.value) !== value) { slider.value = value; }
  function say(language) { return pushText(lever, value, language); }
  both(holder.querySelector("output"), say);
  slider.setAttribute("aria-valuetext", say(page.dataset.language));
  seen.dataset.colour = value === 0 ? "rest" : colourOf(lever, value);
  if (value === 0) { seen.replaceChildren(); } else { both(seen, function (language) { return seenText(lever, value, language); }); }
}
function pushText(lever, value, language) {
  var unit = lever.unit[language === "vi" ? 0 : 1], gap = language === "en" && unit.charAt(0) === "%" ? "" : "\u00a0";
  return (value > 0 ? "+" : "") + number(value, lever.decimals, language) + gap + unit;
}
function seenText(lever, value, language) {
  var colour = colourOf(lever, value), texts = lever.colours[value < 0 ? "down" : "up"], text = (texts[colour] || texts.none)[language === "vi" ? 0 : 1];
  return { green: "✓ ", amber: "▲ ", red: "■ ", none: "? " }[colour] + text.replace("{reach}", number((lever.baseline || 0) + value, 1, language));
}
function colourOf(lever, value) {
  if (lever.baseline === null || !lever.highest || !lever.lowest) { return "none"; }
  var reach = lever.baseline + value;
  function beyond(low, high) { return value > 0 ? reach > high : value < 0 && reach < low; }
  if (beyond(lever.lowest[1], lever.highest[1])) { return "red"; }
  return lever.band && beyond(lever.band[0], lever.band[1]) ? "amber" : "green";
}
function tellCard(panel) {
  var holder = panel.card && panel.card.querySelector("[data-card-trial]");
  if (!holder) { return; }
  holder.hidden = panel.levels === panel.base;
  if (holder.hidden) { return; }
  var named = panel.box.querySelector("[data-preset='" + panel.preset + "']"), last = panel.bands[panel.bands.length - 1][2];
  both(holder, function (language) {
    var vi = language === "vi", name = named ? named.querySelector("[lang='" + language + "']") : null;
    var start = (vi ? "Thử nghiệm, chưa ghi" : "Try-out, not recorded") + (name ? " – " + name.textContent : "");
    var likely = panel.aim in panel.chances ? (vi ? "khả năng " : "chance ") + chance(panel.chances[panel.aim], language) + "; " : "";
    return start + ": " + likely + (vi ? "năm " : "") + panel.data.last + (vi ? " khoảng " : " about ") + amount(panel.data, last, language) + ".";
  });
}

  /* ---- what the reader does ---- */
function shown(panel) { return !panel.state.hidden; }
function refresh(panel) { settle(panel); tell(panel); draw(panel); }
function leverOfPanel(panel, id) { return panel.data.levers.find(function (lever) { return lever.id === id; }); }
function push(panel, id, value) {
  var lever = leverOfPanel(panel, id);
  value = Math.min(lever.high, Math.max(lever.low, Number(value) || 0));
  if (lever.view) { panel.data.levers.forEach(function (other) { if (other.view && other.view !== lever.view) { delete panel.pushes[other.id]; } }); }
  if (value) { panel.pushes[id] = [[panel.data.first, panel.data.last, value]]; } else { delete panel.pushes[id]; }
  panel.moves = panel.moves.filter(function (move) { return move[0] !== id; }).concat([[id, value]]);
  if (!Object.keys(panel.pushes).length) { choose(panel, "baseline"); } else { panel.preset = ""; }
}
function choose(panel, preset) {
  panel.pushes = JSON.parse(JSON.stringify(panel.data.presets[preset] || {}));
  panel.preset = panel.from = preset;
  panel.moves = [];
}
function tellAll() {
  var names = panels.filter(shown).map(function (panel) { return panel.preset; });
  page.querySelectorAll("[data-preset-all]").forEach(function (button) {
    button.setAttribute("aria-pressed", String(names.length > 0 && names.every(function (name) { return name === button.dataset.presetAll; })));
  });
  var trying = panels.some(function (panel) { return shown(panel) && panel.preset !== "baseline"; });
  page.querySelectorAll("[data-trying]").forEach(function (mark) { mark.hidden = !trying; });
}
function done(panel) {
  refresh(panel);
  tellAll();
  page.remember();
}

/* ---- what was tried, in the address: by panel the preset it started from and the sliders moved since, in their order ---- */
page.tried = function () {
  var common = panels.length ? panels[0].preset : "", same = panels.every(function (panel) { return panel.preset === common; });
  if (common && same) { return common === "baseline" ? [] : [["preset", common]]; }
  return panels.filter(function (panel) { return panel.preset !== "baseline"; }).map(function (panel) {
    return [panel.key, [panel.from].concat(panel.moves.map(function (move) { return move.join(":"); })).join(",")];
  });
};
function recall() {
  panels.forEach(function (panel) {
    var parts = String(page.asked[panel.key] || page.asked.preset || "").split(",");
    choose(panel, Object.prototype.hasOwnProperty.call(panel.data.presets, parts[0]) ? parts[0] : "baseline");
    parts.slice(1, 1 + panel.data.levers.length).forEach(function (part) {
      var move = /^([a-z_]{1,60}):(-?\d{1,4}(?:\.\d{1,4})?)$/.exec(part), lever = move && leverOfPanel(panel, move[1]), value = move ? Number(move[2]) : NaN;
      if (lever && value >= lever.low && value <= lever.high) { push(panel, lever.id, value); }
    });
    panel.levels = null;
    if (panel.moves.length) { panel.box.closest("details").open = true; }
  });
}

panels.forEach(function (panel) {
  panel.box.hidden = false;
  panel.box.addEventListener("input", function (event) {
    if (event.target.type !== "range") { return; }
    push(panel, event.target.closest("[data-lever]").dataset.lever, event.target.value);
    done(panel);
  });
  panel.box.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button || button.dataset.switch || button.dataset.target) { return; }
    if (button.dataset.preset) { choose(panel, button.dataset.preset); }
    if (button.dataset.step) {
      var slider = button.parentNode.querySelector("input");
      push(panel, button.closest("[data-lever]").dataset.lever, Number((Number(slider.value) + Number(button.dataset.step) * Number(slider.step)).toFixed(6)));
    }
    if (button.dataset.solution) {
      var wanted = JSON.parse(button.dataset.solution);
      choose(panel, "baseline");
      Object.keys(wanted).forEach(function (id) { push(panel, id, wanted[id]); });
    }
    done(panel);
    if (button.dataset.solution) { panel.box.scrollIntoView(); }
  });
});
page.querySelectorAll("[data-preset-all]").forEach(function (button) {
  button.addEventListener("click", function () {
    panels.forEach(function (panel) { choose(panel, button.dataset.presetAll); panel.levels = null; });
    redraw();
    page.remember();
  });
});
function redraw() {
  panels.filter(shown).forEach(function (panel) {
    panel.aim = panel.state.dataset.aim;
    if (!panel.levels) { settle(panel); }
    tell(panel);
    draw(panel);
  });
  tellAll();
}
page.addEventListener("submit", function (event) {
  var form = event.target.closest("[data-own-form]"), card = form && form.closest("[data-card]");
  if (!form) { return; }
  event.preventDefault();
  ask(panels.find(function (panel) { return panel.card === card; }), form.querySelector("input").value);
});
page.addEventListener("hy:asked", recallOwns);
page.addEventListener("hy:asked", recall);
page.addEventListener("hy:shown", redraw);
page.addEventListener("hy:unfolded", function () { panels.filter(shown).forEach(draw); });
window.addEventListener("resize", redraw);
window.addEventListener("beforeprint", redraw);
recallOwns();
recall();
page.draw();
