var SPANS = (function () { /* what a lever is pushed by: a number in the usual years, or spans [from, to, value] that do not overlap */
  "use strict";
  function copy(spans) { return spans.map(function (span) { return span.slice(); }); }
  function of(given, first, last) { return Array.isArray(given) ? given : [[first, last, given || 0]]; }
  function pushed(spans) { return spans.filter(function (span) { return span[2]; }); }
  function compact(spans, first, last) { return spans.length === 1 && spans[0][0] === first && spans[0][1] === last ? spans[0][2] : spans; }
  function same(spans, other) { return JSON.stringify(pushed(spans)) === JSON.stringify(pushed(other)); }
  function longest(spans) {
    return spans.reduce(function (best, span, at) { return span[1] - span[0] > (best < 0 ? 0 : spans[best][1] - spans[best][0]) ? at : best; }, -1);
  }
  function gap(spans, years) { /* the first years in force of no span */
    var free = years.filter(function (year) { return !spans.some(function (span) { return year >= span[0] && year <= span[1]; }); });
    if (!free.length) { return null; }
    var end = free[0];
    while (free.indexOf(end + 1) > 0) { end += 1; }
    return [free[0], end];
  }
  function more(spans, years, most) { /* one span more: in free years, else the longest is cut in two; null where there is no room */
    if (spans.length >= most) { return null; }
    var free = gap(spans, years), at = longest(spans), parted = copy(spans);
    if (free) { parted.push([free[0], free[1], 0]); return parted.sort(function (a, b) { return a[0] - b[0]; }); }
    if (at < 0) { return null; }
    var span = parted[at], middle = Math.floor((span[0] + span[1]) / 2);
    parted.splice(at, 1, [span[0], middle, span[2]], [middle + 1, span[1], span[2]]);
    return parted;
  }
  function choices(spans, at, end, years) { /* the years one end of a span may be moved to */
    var low = end ? spans[at][0] : (at ? spans[at - 1][1] + 1 : years[0]);
    var high = end ? (at + 1 < spans.length ? spans[at + 1][0] - 1 : years[years.length - 1]) : spans[at][1];
    return years.filter(function (year) { return year >= low && year <= high; });
  }
  return { copy: copy, of: of, pushed: pushed, compact: compact, same: same, more: more, choices: choices };
})();
