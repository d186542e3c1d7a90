/* ---- arithmetic: policy/levers/identities.py repeated on the stored draws ---- */
var QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9], CLOSE = 1e-9;
var RATES = { digitalisation_agriculture: "agriculture", digitalisation_industry: "industry_construction", digitalisation_services: "services" };
var FACTORS = ["sellers", "orders_per_seller", "order_value", "market", "province_share"];
/* the recorded float32 draws, bit by bit: four bytes in five letters, each year's values above its lowest in as few bits as it takes */
var LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%,()*+-;.=:?@^_`{|}~";
function wordsOf(text) {
  var worth = {}, numbers = new Uint32Array(text.length / 5), i, j;
  for (i = 0; i < LETTERS.length; i += 1) { worth[LETTERS.charCodeAt(i)] = i; }
  for (i = 0; i < numbers.length; i += 1) {
    var word = 0;
    for (j = 5 * i; j < 5 * i + 5; j += 1) { word = word * 85 + worth[text.charCodeAt(j)]; }
    numbers[i] = word;
  }
  return numbers;
}
function decode(data) {
  var packed = wordsOf(data.draws), at = 0, left = 32, levels = {};
  function take(width) {
    var value = 0, most;
    while (width) {
      if (!left) { at += 1; left = 32; }
      most = Math.min(width, left);
      value = value * Math.pow(2, most) + (packed[at] >>> (left - most)) % Math.pow(2, most);
      left -= most;
      width -= most;
    }
    return value;
  }
  data.years.forEach(function (year, index) {
    var bits = new Uint32Array(data.paths), i;
    for (i = 0; i < data.paths; i += 1) { bits[i] = data.lowest[index] + take(data.widths[index]); }
    levels[year] = Float64Array.from(new Float32Array(bits.buffer));
  });
  return levels;
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
  var levels = Object.assign({}, base), before = base[data.known_to];
  yearsAhead(data).forEach(function (year) {
    var extra = pushAt(pushes, "capital_deepening", year) + pushAt(pushes, "tfp", year) + pushAt(pushes, "labour_shift", year) -
      data.elasticity * pushAt(pushes, "employment", year) + data.ict_effect * pushAt(pushes, "ict_index", year);
    var here = new Float64Array(data.paths), now = base[year], was = base[year - 1], i;
    for (i = 0; i < data.paths; i += 1) { here[i] = before[i] * (now[i] / was[i] + extra / 100); }
    levels[year] = before = here;
  });
  return levels;
}
function digital(data, base, pushes) {
  var levels = Object.assign({}, base), split = data.split, core = 1, rates = {}, shifted = 0;
  var rated = Object.keys(RATES).some(function (lever) { return pushes[lever]; }) || pushes.structure_services;
  yearsAhead(data).forEach(function (year) {
    core *= 1 + pushAt(pushes, "core_growth", year) / 100;
    Object.keys(RATES).forEach(function (lever) { rates[RATES[lever]] = (rates[RATES[lever]] || 0) + pushAt(pushes, lever, year); });
    shifted += pushAt(pushes, "structure_services", year);
    var gone = split.weights ? Math.min(shifted, split.weights.agriculture) : 0;
    var here = new Float64Array(data.paths), now = base[year], i;
    for (i = 0; i < data.paths; i += 1) {
      var share = now[i], first = split.core * share, grown = first * core, sum = grown, rest = 0, name;
      for (name in split.sectors) {
        var plain = (1 - split.core) * split.sectors[name] * share;
        if (rated && split.weights) {
          var weight = split.weights[name], rate = 100 * plain / weight;
          if (pushes[leverOf(name)]) { rate = Math.min(100, Math.max(0, rate + rates[name])); }
          plain = (weight + (name === "services" ? gone : name === "agriculture" ? -gone : 0)) * rate / 100;
        }
        sum += plain;
        rest += plain;
      }
      if (rest > 100 - first) { sum = grown + 100 - first; }
      here[i] = Math.min(100, sum / (1 + (grown - first) / 100));
    }
    levels[year] = here;
  });
  return levels;
}
function leverOf(sector) { return Object.keys(RATES).find(function (lever) { return RATES[lever] === sector; }); }
function ecommerce(data, base, pushes) {
  var levels = Object.assign({}, base), ratio = 1;
  yearsAhead(data).forEach(function (year) {
    FACTORS.forEach(function (lever) { ratio *= 1 + pushAt(pushes, lever, year) / 100; });
    var factor = ratio;
    levels[year] = base[year].map(function (value) { return value * factor; });
  });
  return levels;
}
function quantiles(values, levels) {
  var sorted = Float64Array.from(values).sort();
  return (levels || QUANTILES).map(function (level) {
    var position = (sorted.length - 1) * level, low = Math.floor(position), rest = position - low;
    return rest ? sorted[low] + rest * (sorted[low + 1] - sorted[low]) : sorted[low];
  });
}
function marginsOf(target, levels) {  /* how far each draw is above the target, in its own unit; at most-targets turned round */
  var count = levels[target.last].length, margins = new Float64Array(count), i, year, gap;
  for (i = 0; i < count; i += 1) {
    if (target.kind === "level") { gap = levels[target.last][i] - target.value; } else if (target.kind === "growth_average") {
      gap = 100 * (Math.pow(levels[target.last][i] / levels[target.first - 1][i], 1 / (target.last - target.first + 1)) - 1) - target.value;
    } else {
      gap = Infinity;
      for (year = target.first; year <= target.last; year += 1) { gap = Math.min(gap, 100 * (levels[year][i] / levels[year - 1][i] - 1) - target.value); }
    }
    margins[i] = target.direction === "at_most" ? -gap : gap;
  }
  return margins;
}
function chanceOf(target, levels) {
  var margins = marginsOf(target, levels), met = 0, i;
  for (i = 0; i < margins.length; i += 1) { if (margins[i] >= -CLOSE) { met += 1; } }
  return met / margins.length;
}

/* ---- words: publish/wording.py repeated ---- */
function number(value, decimals, language) {
  var size = Math.abs(value) < 1e-6 ? 0 : Math.abs(value);
  var text = Math.round(Number(size + "e" + decimals)) / Math.pow(10, decimals);
  var parts = text.toFixed(decimals).split("."), vi = language === "vi";
  parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, vi ? "." : ",");
  return (value < 0 && text > 0 ? "−" : "") + parts.join(vi ? "," : ".");
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
  return about + " " + shown;
}
var VERDICTS = [[0.8, "achieved", "rất nhiều khả năng đạt", "very likely to be met", "↑"], [0.5, "likely", "nhiều khả năng đạt", "likely to be met", "↗"], [0.2, "doubtful", "khó đạt", "hard to meet", "!"], [0, "unlikely", "rất khó đạt", "very hard to meet", "✕"]];
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

