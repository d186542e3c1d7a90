(function () {
  "use strict";
  var page = document.currentScript.parentNode.querySelector(".hy");
  var QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9], CLOSE = 1e-9;
  var RATES = { digitalisation_agriculture: "agriculture", digitalisation_industry: "industry_construction", digitalisation_services: "services" };
  var FACTORS = ["sellers", "orders_per_seller", "order_value", "market", "province_share"];

  /* ---- arithmetic: policy/identities.py repeated on the stored draws ---- */
  function decode(data) {
    var text = atob(data.draws), bytes = new Uint8Array(text.length), i;
    for (i = 0; i < text.length; i += 1) { bytes[i] = text.charCodeAt(i); }
    var all = new Float32Array(bytes.buffer), found = {};
    data.years.forEach(function (year, place) { found[year] = Float64Array.from(all.subarray(place * data.paths, (place + 1) * data.paths)); });
    return found;
  }
  function yearsAhead(data) { return data.years.filter(function (year) { return year > data.known_to; }); }
  function pushAt(pushes, lever, year) {
    return (pushes[lever] || []).reduce(function (sum, span) { return sum + (span[0] <= year && year <= span[1] ? span[2] : 0); }, 0);
  }
  function moved(data, base, pushes) {
    var active = Object.keys(pushes).filter(function (lever) { return pushes[lever].some(function (span) { return span[2] !== 0; }); });
    if (!active.length) { return base; }
    return { labour_productivity_real: productivity, digital_economy_share: digital, ecommerce_revenue: ecommerce }[data.indicator](data, base, pushes);
  }
  function productivity(data, base, pushes) {
    var found = Object.assign({}, base), before = base[data.known_to];
    yearsAhead(data).forEach(function (year) {
      var extra = pushAt(pushes, "capital_deepening", year) + pushAt(pushes, "tfp", year) + pushAt(pushes, "labour_shift", year) -
        data.elasticity * pushAt(pushes, "employment", year) + data.ict_effect * pushAt(pushes, "ict_index", year);
      var here = new Float64Array(data.paths), now = base[year], was = base[year - 1], i;
      for (i = 0; i < data.paths; i += 1) { here[i] = before[i] * (now[i] / was[i] + extra / 100); }
      found[year] = before = here;
    });
    return found;
  }
  function digital(data, base, pushes) {
    var found = Object.assign({}, base), split = data.split, core = 1, rates = {}, shifted = 0;
    var rated = Object.keys(RATES).some(function (lever) { return pushes[lever]; }) || pushes.structure_services;
    yearsAhead(data).forEach(function (year) {
      core *= 1 + pushAt(pushes, "core_growth", year) / 100;
      Object.keys(RATES).forEach(function (lever) { rates[RATES[lever]] = (rates[RATES[lever]] || 0) + pushAt(pushes, lever, year); });
      shifted += pushAt(pushes, "structure_services", year);
      var gone = split.weights ? Math.min(shifted, split.weights.agriculture) : 0;
      var here = new Float64Array(data.paths), now = base[year], i;
      for (i = 0; i < data.paths; i += 1) {
        var share = now[i], first = split.core * share, grown = first * core, sum = grown, name;
        for (name in split.sectors) {
          var plain = (1 - split.core) * split.sectors[name] * share;
          if (rated && split.weights) {
            var weight = split.weights[name], rate = 100 * plain / weight;
            if (pushes[leverOf(name)]) { rate = Math.min(100, Math.max(0, rate + rates[name])); }
            plain = (weight + (name === "services" ? gone : name === "agriculture" ? -gone : 0)) * rate / 100;
          }
          sum += plain;
        }
        here[i] = sum / (1 + (grown - first) / 100);
      }
      found[year] = here;
    });
    return found;
  }
  function leverOf(sector) { return Object.keys(RATES).find(function (lever) { return RATES[lever] === sector; }); }
  function ecommerce(data, base, pushes) {
    var found = Object.assign({}, base), ratio = 1;
    yearsAhead(data).forEach(function (year) {
      FACTORS.forEach(function (lever) { ratio *= 1 + pushAt(pushes, lever, year) / 100; });
      var factor = ratio;
      found[year] = base[year].map(function (value) { return value * factor; });
    });
    return found;
  }
  function quantiles(values) {
    var sorted = Float64Array.from(values).sort();
    return QUANTILES.map(function (level) {
      var place = (sorted.length - 1) * level, low = Math.floor(place), rest = place - low;
      return rest ? sorted[low] + rest * (sorted[low + 1] - sorted[low]) : sorted[low];
    });
  }
  function chanceOf(target, levels) {
    var met = 0, count = levels[target.last].length, i, year, gap;
    for (i = 0; i < count; i += 1) {
      if (target.kind === "level") { gap = levels[target.last][i] - target.value; } else if (target.kind === "growth_average") {
        gap = 100 * (Math.pow(levels[target.last][i] / levels[target.first - 1][i], 1 / (target.last - target.first + 1)) - 1) - target.value;
      } else {
        gap = Infinity;
        for (year = target.first; year <= target.last; year += 1) { gap = Math.min(gap, 100 * (levels[year][i] / levels[year - 1][i] - 1) - target.value); }
      }
      if (target.direction === "at_most" ? gap <= CLOSE : gap >= -CLOSE) { met += 1; }
    }
    return met / count;
  }

  /* ---- words: publish/wording.py repeated ---- */
  function number(value, decimals, language) {
    var size = Math.abs(value) < 1e-6 ? 0 : Math.abs(value);
    var text = Math.round(Number(size + "e" + decimals)) / Math.pow(10, decimals);
    var parts = text.toFixed(decimals).split("."), vi = language === "vi";
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, vi ? "." : ",");
    return (value < 0 && text > 0 ? "-" : "") + parts.join(vi ? "," : ".");
  }
  function percent(value, decimals, language) { return number(value, decimals, language) + (language === "vi" ? "\u00a0%" : "%"); }
  function money(value, language) {
    var size = Math.abs(value), vi = language === "vi";
    var scales = [[1e6, 1, "triệu tỷ đồng", "quadrillion VND"], [1e3, 1, "nghìn tỷ đồng", "trillion VND"], [1, size >= 100 ? 0 : 1, "tỷ đồng", "billion VND"], [1e-3, 0, "triệu đồng", "million VND"]];
    var chosen = scales.find(function (row) { return Number((size / row[0]).toFixed(row[1])) >= 1; }) || scales[3];
    var text = number(value / chosen[0], chosen[1], language);
    return text.replace(vi ? /,0$/ : /\.0$/, "") + " " + chosen[vi ? 2 : 3];
  }
  function amount(data, value, language) {
    if (data.unit === "vnd_bn") { return money(value, language); }
    if (data.unit === "percent") { return percent(value, 1, language); }
    return number(value, 1, language) + " " + data.unit_names[language === "vi" ? 0 : 1];
  }
  function plain(value, language) { return number(value, Math.abs(value) >= 1000 ? 0 : 1, language); }
  function chance(probability, language) {
    var vi = language === "vi", points = 5 * Math.floor(probability * 20 + 0.5 + 1e-9);
    if (probability < 0.05) { return vi ? "dưới 5\u00a0%" : "below 5%"; }
    if (probability > 0.95) { return vi ? "trên 95\u00a0%" : "above 95%"; }
    var about = vi ? "khoảng" : "about", shown = percent(points, 0, language);
    return points % 10 ? about + " " + shown : about + " " + points / 10 + (vi ? " trên 10 (" : " in 10 (") + shown + ")";
  }
  var VERDICTS = [[0.8, "achieved", "đạt", "on course", "✓"], [0.5, "likely", "nhiều khả năng đạt", "likely to be met", "↗"], [0.2, "doubtful", "khó đạt", "hard to meet", "!"], [0, "unlikely", "rất khó đạt", "very hard to meet", "✕"]];
  function verdict(probability) {
    var shown = Math.floor(probability * 20 + 0.5 + 1e-9) / 20;
    return VERDICTS.find(function (row) { return shown >= row[0]; });
  }
  function both(holder, make) {
    holder.replaceChildren.apply(holder, ["vi", "en"].map(function (language) {
      var span = document.createElement("span");
      span.lang = language;
      span.textContent = make(language);
      return span;
    }));
  }

  /* ---- one panel ---- */
  var panels = Array.prototype.map.call(page.querySelectorAll("[data-tryout]"), function (box) {
    var state = box.closest("[data-state]");
    var data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
    var aims = data.targets, aim = (aims.find(function (one) { return one.id === data.headline; }) || aims[0] || {}).id;
    var card = Array.prototype.find.call(page.querySelectorAll(".card[data-state]"), function (one) {
      return one.dataset.indicator === state.dataset.indicator && one.dataset.territory === state.dataset.territory && one.dataset.measure === state.dataset.measure;
    });
    return { box: box, state: state, data: data, aim: aim, pushes: {}, preset: "baseline", base: null, top: null, card: card };
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
      var said = [0, 2, 4].map(function (place) { return amount(data, last[place], language); });
      return language === "vi" ? "Năm " + year + ": giữa là " + said[1] + "; 8 phần 10 khả năng nằm từ " + said[0] + " đến " + said[2] + "."
        : year + ": middle " + said[1] + "; 8 chances in 10 between " + said[0] + " and " + said[2] + ".";
    });
    if (panel.aim) {
      var found = verdict(panel.chances[panel.aim]), mark = out(panel, "verdict");
      mark.className = "chip chip-" + found[1];
      both(mark, function (language) { return found[4] + " " + found[language === "vi" ? 2 : 3]; });
      both(out(panel, "chance"), function (language) { return chance(panel.chances[panel.aim], language); });
    }
    panel.box.querySelectorAll("[data-aim]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.aim === panel.aim));
      both(button.querySelector("[data-aim-chance]"), function (language) { return chance(panel.chances[button.dataset.aim], language); });
    });
    out(panel, "rows").replaceChildren.apply(out(panel, "rows"), panel.years.map(function (shown, place) {
      var row = document.createElement("tr"), band = panel.bands[place];
      [null, band[0], band[2], band[4], panel.published[place][2]].forEach(function (value) {
        var cell = document.createElement("td");
        if (value === null) { cell.textContent = String(shown); } else { both(cell, function (language) { return plain(value, language); }); }
        row.appendChild(cell);
      });
      return row;
    }));
    panel.box.querySelectorAll("[data-preset]").forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.preset === panel.preset)); });
    panel.data.levers.forEach(function (lever) { tellLever(panel, lever); });
    tellCard(panel);
  }
  function valueOf(panel, lever) {
    return (panel.pushes[lever.id] || []).reduce(function (most, span) { return Math.abs(span[2]) > Math.abs(most) ? span[2] : most; }, 0);
  }
  function tellLever(panel, lever) {
    var holder = panel.box.querySelector("[data-lever='" + lever.id + "']"), value = valueOf(panel, lever), seen = holder.querySelector(".seen");
    var slider = holder.querySelector("input");
    if (Number(slider.value) !== value) { slider.value = value; }
    function say(language) {
      var unit = lever.unit[language === "vi" ? 0 : 1], gap = language === "en" && unit.charAt(0) === "%" ? "" : "\u00a0";
      return (value > 0 ? "+" : "") + number(value, lever.decimals, language).replace("-", "−") + gap + unit;
    }
    both(holder.querySelector("output"), say);
    slider.setAttribute("aria-valuetext", say(page.dataset.language));
    var found = colourOf(lever, value), texts = lever.colours[value < 0 ? "down" : "up"];
    seen.dataset.colour = value === 0 ? "rest" : found;
    if (value === 0) { seen.replaceChildren(); } else {
      both(seen, function (language) {
        var text = (texts[found] || texts.none)[language === "vi" ? 0 : 1];
        return { green: "✓ ", amber: "▲ ", red: "■ ", none: "? " }[found] + text.replace("{reach}", number((lever.baseline || 0) + value, 1, language));
      });
    }
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
      var likely = panel.aim ? (vi ? "khả năng " : "chance ") + chance(panel.chances[panel.aim], language) + "; " : "";
      return start + ": " + likely + panel.data.last + (vi ? " khoảng " : " about ") + amount(panel.data, last, language) + ".";
    });
  }

  /* ---- the chart: published band in grey outline, the try-out in scenario ink, the target's path dotted ---- */
  function draw(panel) {
    var holder = out(panel, "chart"), data = panel.data, language = page.dataset.language, width = holder.clientWidth;
    if (!width) { return; }
    var height = Math.min(340, Math.max(230, Math.round(width * 0.55))), left = 62, right = 78, top = 34, bottom = 30;
    var years = panel.years, first = years[0], last = years[years.length - 1], path = targetPath(panel);
    var values = [].concat.apply([], panel.published.map(function (band) { return [band[0], band[4]]; })).concat(path.map(function (spot) { return spot[1]; }));
    var now = [].concat.apply([], panel.bands.map(function (band) { return [band[0], band[4]]; }));
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), room = (high - low) * 0.2;
    panel.top = panel.levels === panel.base || !panel.top ? [low - room, high + room] : panel.top;
    panel.top = [Math.min(panel.top[0], Math.min.apply(null, now)), Math.max(panel.top[1], Math.max.apply(null, now))];
    low = Math.max(0, panel.top[0]);
    high = panel.top[1];
    function x(year) { return left + (year - first) / (last - first) * (width - left - right); }
    function y(value) { return top + (high - value) / (high - low) * (height - top - bottom); }
    function line(rows) { return rows.map(function (spot, place) { return (place ? "L" : "M") + x(spot[0]).toFixed(1) + " " + y(spot[1]).toFixed(1); }).join(""); }
    function edge(bands, place) { return years.map(function (year, at) { return [year, bands[at][place]]; }); }
    function area(bands, a, b) { return line(edge(bands, a)) + line(edge(bands, b).reverse()).replace("M", "L") + "Z"; }
    var svg = "<svg viewBox='0 0 " + width + " " + height + "' width='" + width + "' height='" + height + "' aria-hidden='true'>";
    ticks(low, high).forEach(function (value) {
      svg += "<path class='grid' d='M" + left + " " + y(value) + "H" + (width - right) + "'/><text x='" + (left - 8) + "' y='" + (y(value) + 5) + "' text-anchor='end'>" + tickText(value, high, language) + "</text>";
    });
    var unit = data.unit_names[language === "vi" ? 0 : 1];
    svg += "<text x='4' y='16'>" + escape(unit) + "</text>";
    var every = Math.ceil(years.length * 46 / (width - left - right));
    years.forEach(function (year) { if ((last - year) % every === 0) { svg += "<text x='" + x(year) + "' y='" + (height - 8) + "' text-anchor='middle'>" + year + "</text>"; } });
    svg += "<path class='was' d='" + area(panel.published, 0, 4) + "'/><path class='wasline' d='" + line(edge(panel.published, 2)) + "'/>";
    svg += "<path class='outer' d='" + area(panel.bands, 0, 4) + "'/><path class='inner' d='" + area(panel.bands, 1, 3) + "'/>";
    svg += "<path class='edge' d='" + line(edge(panel.bands, 0)) + line(edge(panel.bands, 4)) + "'/><path class='middle' d='" + line(edge(panel.bands, 2)) + "'/>";
    if (path.length) {
      var end = path[path.length - 1];
      svg += "<path class='target' d='" + line(path) + "'/><path class='gem' d='M" + x(end[0]) + " " + (y(end[1]) - 7) + "l7 7l-7 7l-7 -7Z'/>";
      svg += "<text class='targettext' x='" + (x(end[0]) - 12) + "' y='" + (y(end[1]) - 10) + "' text-anchor='end'>" + (language === "vi" ? "chỉ tiêu " : "target ") + plain(end[1], language) + "</text>";
    }
    svg += labels(panel.bands[panel.bands.length - 1], x(last) + 8, y, language) + "</svg>";
    holder.innerHTML = svg;
    holder.setAttribute("aria-label", (language === "vi" ? "Biểu đồ thử nghiệm. " : "Try-out chart. ") + out(panel, "band").querySelector("[lang='" + language + "']").textContent);
  }
  function labels(band, at, y, language) {
    var spots = [band[4], band[2], band[0]].map(function (value) { return { value: value, y: y(value) + 5 }; });
    spots[0].y = Math.min(spots[0].y, spots[1].y - 18);
    spots[2].y = Math.max(spots[2].y, spots[1].y + 18);
    return spots.map(function (spot, place) { return "<text class='" + (place === 1 ? "mid" : "side") + "' x='" + at + "' y='" + spot.y + "'>" + plain(spot.value, language) + "</text>"; }).join("");
  }
  function escape(text) { return text.replace(/[&<>"']/g, function (letter) { return "&#" + letter.charCodeAt(0) + ";"; }); }
  function ticks(low, high) {
    var rough = (high - low) / 4, power = Math.pow(10, Math.floor(Math.log10(rough))), step = [1, 2, 5, 10].find(function (one) { return one * power >= rough; }) * power, found = [], value;
    for (value = Math.ceil(low / step) * step; value <= high; value += step) { found.push(Number(value.toPrecision(12))); }
    return found;
  }
  function tickText(value, high, language) { return number(value, high >= 20 || Number.isInteger(value) ? 0 : 1, language); }
  function targetPath(panel) {
    var target = panel.data.targets.find(function (one) { return one.id === panel.aim; });
    if (!target) { return []; }
    if (target.kind === "level") { return [[target.last, target.value]]; }
    var middle = quantiles(panel.levels[target.first - 1])[2];
    return panel.years.filter(function (year) { return year >= target.first - 1 && year <= target.last; }).map(function (year) {
      return [year, middle * Math.pow(1 + target.value / 100, year - target.first + 1)];
    });
  }

  /* ---- what the reader does ---- */
  function shown(panel) { return !panel.state.hidden; }
  function refresh(panel) { settle(panel); tell(panel); draw(panel); }
  function push(panel, id, value) {
    var lever = panel.data.levers.find(function (one) { return one.id === id; });
    value = Math.min(lever.high, Math.max(lever.low, Number(value) || 0));
    if (lever.view) { panel.data.levers.forEach(function (other) { if (other.view && other.view !== lever.view) { delete panel.pushes[other.id]; } }); }
    if (value) { panel.pushes[id] = [[panel.data.first, panel.data.last, value]]; } else { delete panel.pushes[id]; }
    panel.preset = Object.keys(panel.pushes).length ? "" : "baseline";
  }
  function choose(panel, preset) {
    panel.pushes = JSON.parse(JSON.stringify(panel.data.presets[preset] || {}));
    panel.preset = preset;
  }
  function tellAll() {
    var names = panels.filter(shown).map(function (panel) { return panel.preset; });
    page.querySelectorAll("[data-preset-all]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(names.length > 0 && names.every(function (name) { return name === button.dataset.presetAll; })));
    });
    var trying = panels.some(function (panel) { return shown(panel) && panel.preset !== "baseline"; });
    page.querySelectorAll("[data-trying]").forEach(function (one) { one.hidden = !trying; });
  }
  panels.forEach(function (panel) {
    panel.box.hidden = false;
    panel.box.addEventListener("input", function (event) {
      if (event.target.type !== "range") { return; }
      push(panel, event.target.closest("[data-lever]").dataset.lever, event.target.value);
      refresh(panel);
      tellAll();
    });
    panel.box.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) { return; }
      if (button.dataset.preset) { choose(panel, button.dataset.preset); }
      if (button.dataset.aim) { panel.aim = button.dataset.aim; panel.top = null; }
      if (button.dataset.step) {
        var slider = button.parentNode.querySelector("input");
        push(panel, button.closest("[data-lever]").dataset.lever, Number((Number(slider.value) + Number(button.dataset.step) * Number(slider.step)).toFixed(6)));
      }
      if (button.dataset.solution) {
        var wanted = JSON.parse(button.dataset.solution);
        panel.pushes = {};
        Object.keys(wanted).forEach(function (id) { push(panel, id, wanted[id]); });
        panel.aim = button.dataset.solutionAim;
      }
      refresh(panel);
      tellAll();
      if (button.dataset.solution) { panel.box.scrollIntoView(); }
    });
  });
  page.querySelectorAll("[data-preset-all]").forEach(function (button) {
    button.addEventListener("click", function () {
      panels.forEach(function (panel) { choose(panel, button.dataset.presetAll); refresh(panel); });
      tellAll();
    });
  });
  function redraw() { panels.filter(shown).forEach(function (panel) { if (!panel.base) { settle(panel); tell(panel); } draw(panel); }); tellAll(); }
  page.addEventListener("hy:shown", redraw);
  window.addEventListener("resize", redraw);
  window.addEventListener("beforeprint", redraw);
  redraw();
})();
