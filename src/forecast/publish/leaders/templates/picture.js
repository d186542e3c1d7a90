/* ---- the chart: published band in grey outline, the try-out in scenario ink, the target's path dotted ---- */
function draw(panel) {
  var holder = out(panel, "chart"), data = panel.data, language = page.dataset.language, width = holder.clientWidth;
  if (!width) { return; }
  var height = Math.min(340, Math.max(230, Math.round(Math.min(width * 0.55, window.innerHeight * 0.36)))), left = 62, right = 78, top = 34, bottom = 30;
  var years = panel.years, first = years[0], last = years[years.length - 1], path = targetPath(panel);
  var values = [].concat.apply([], panel.published.map(function (band) { return [band[0], band[4]]; })).concat(path.map(function (spot) { return spot[1]; }));
  var now = [].concat.apply([], panel.bands.map(function (band) { return [band[0], band[4]]; }));
  var low = Math.min.apply(null, values), high = Math.max.apply(null, values), room = (high - low) * 0.2;
  low = Math.max(0, Math.min(low - room, Math.min.apply(null, now))); // of the state alone, so that a sent address draws the same
  high = Math.max(high + room, Math.max.apply(null, now));
  function x(year) { return left + (year - first) / (last - first) * (width - left - right); }
  function y(value) { return top + (high - value) / (high - low) * (height - top - bottom); }
  function line(rows) { return rows.map(function (spot, index) { return (index ? "L" : "M") + x(spot[0]).toFixed(1) + " " + y(spot[1]).toFixed(1); }).join(""); }
  function edge(bands, end) { return years.map(function (year, index) { return [year, bands[index][end]]; }); }
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
  return spots.map(function (spot, index) { return "<text class='" + (index === 1 ? "mid" : "side") + "' x='" + at + "' y='" + spot.y + "'>" + plain(spot.value, language) + "</text>"; }).join("");
}
function escape(text) { return text.replace(/[&<>"']/g, function (letter) { return "&#" + letter.charCodeAt(0) + ";"; }); }
function ticks(low, high) {
  var rough = (high - low) / 4, power = Math.pow(10, Math.floor(Math.log10(rough))), step = [1, 2, 5, 10].find(function (round) { return round * power >= rough; }) * power, values = [], value;
  for (value = Math.ceil(low / step) * step; value <= high; value += step) { values.push(Number(value.toPrecision(12))); }
  return values;
}
function tickText(value, high, language) { return number(value, high >= 20 || Number.isInteger(value) ? 0 : 1, language); }
function targetPath(panel) {
  var target = panel.data.targets.find(function (candidate) { return candidate.id === panel.aim; });
  if (!target) { return []; }
  if (target.kind === "level") { return [[target.last, target.value]]; }
  var middle = quantiles(panel.levels[target.first - 1])[2];
  return panel.years.filter(function (year) { return year >= target.first - 1 && year <= target.last; }).map(function (year) {
    return [year, middle * Math.pow(1 + target.value / 100, year - target.first + 1)];
  });
}

