/* ---- what it would take for a reader's own target: policy/scenarios/solver.py repeated on the stored draws ---- */
var STEPS = 34, ROUNDS = 25, TOLERANCE = 1e-6;
function problemOf(panel, target) {
  var mine = panel.data.levers.filter(function (lever) { return lever.moves; }), views = {};
  mine.forEach(function (lever) { if (lever.view) { views[lever.view] = true; } });
  if (Object.keys(views).length > 1) { mine = mine.filter(function (lever) { return lever.view === "factors"; }); }
  function pushed(values) {
    var pushes = {};
    mine.forEach(function (lever, index) { if (values[index]) { pushes[lever.id] = [[panel.data.first, target.last, values[index]]]; } });
    return moved(panel.data, panel.base, pushes);
  }
  return {
    levers: mine,
    towards: mine.map(function (lever) { return lever.helps === "up" ? Math.max(lever.high, 0) : Math.min(lever.low, 0); }),
    chance: function (values) { return chanceOf(target, pushed(values)); },
    margin: function (values, level) { return quantiles(marginsOf(target, pushed(values)), [level])[0]; }
  };
}
function solved(panel, target, chance) {
  var problem = problemOf(panel, target), nothing = problem.levers.map(function () { return 0; }), before = problem.chance(nothing);
  function answer(pushes, possible) { return { before: before, possible: possible, reached: problem.chance(pushes), levers: problem.levers, pushes: pushes }; }
  if (before >= chance) { return answer(nothing, true); }
  if (problem.chance(problem.towards) < chance) { return answer(problem.towards, false); }
  var direction = problem.levers.length === 1 ? problem.towards : nearest(problem, chance), low = 0, high = 1, step, middle;
  function at(multiple) {
    return direction.map(function (way, index) { return Math.sign(problem.towards[index]) * Math.min(Math.abs(multiple * way), Math.abs(problem.towards[index])); });
  }
  while (problem.chance(at(high)) < chance && high < 1e6) { high *= 2; }
  for (step = 0; step < STEPS; step += 1) {
    middle = (low + high) / 2;
    if (problem.chance(at(middle)) >= chance) { high = middle; } else { low = middle; }
  }
  return answer(at(high), true);
}
/* the least-effort pushes: z' = (grad . z - g) grad / |grad|^2 in units of effort, levers at their end held */
function nearest(problem, chance) {
  var spread = problem.levers.map(function (lever) { return lever.spread; });
  var ends = problem.towards.map(function (end, index) { return end / spread[index]; });
  var held = ends.map(function (end) { return end === 0; }), z = ends.map(function () { return 0; }), round;
  function worth(at) { return problem.margin(at.map(function (value, index) { return value * spread[index]; }), 1 - chance); }
  for (round = 0; round < ROUNDS; round += 1) {
    var value = worth(z), steep = 0, wanted = -value;
    var slope = z.map(function (here, index) {
      if (held[index]) { return 0; }
      var step = Math.sign(ends[index]) * 1e-3, beside = z.slice();
      beside[index] += step;
      return (worth(beside) - value) / step;
    });
    slope.forEach(function (rise, index) { if (!held[index]) { steep += rise * rise; wanted += rise * z[index]; } });
    if (steep <= 0) { break; }
    var most = 0, next = z.map(function (here, index) {
      if (held[index]) { return here; }
      var there = slope[index] * wanted / steep;
      if (Math.abs(there) > Math.abs(ends[index])) { held[index] = true; there = ends[index]; } else if (there * ends[index] < 0) { there = 0; }
      most = Math.max(most, Math.abs(there - here));
      return there;
    });
    z = next;
    if (most < TOLERANCE) { break; }
  }
  return z.map(function (value, index) { return value * spread[index]; });
}
