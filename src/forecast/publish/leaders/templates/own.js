/* ---- a reader's own target: read by the rules of policy/outlooks/own_targets.py, held against the stored draws ---- */
var OWN = "own_target";
function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; }); }
function readOwn(askable, text) {  /* {kind, value, first, last} or {refused: a pair of sentences} */
  var grammar = askable.grammar, plain = text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  function matches(name, where) { return Array.from(where.matchAll(new RegExp(grammar[name], "g"))); }
  function has(name) { return new RegExp(grammar[name]).test(plain); }
  function refused(code, values) {
    return { refused: askable.refusals[code].map(function (side, index) {
      return fill(side, Object.assign({ example: askable.example[index] }, values && values(index ? "en" : "vi")));
    }) };
  }
  function unread() { return refused("unread", function () { return { text: text.slice(0, askable.longest) }; }); }
  var amounts = matches("amount", plain);
  if (amounts.length !== 1 || plain.length > askable.longest) { return unread(); }
  if (has("most")) { return refused("most"); }
  var digits = amounts[0][1], unit = amounts[0][2], at = amounts[0].index;
  var rest = plain.slice(0, at) + " " + plain.slice(at + amounts[0][0].length), spans = matches("years", rest);
  if (spans.length > 1 || /[0-9]/.test(rest.replace(new RegExp(grammar.years, "g"), ""))) { return unread(); }
  var kind = has("every") ? "growth_each_year" : "growth_average", straight = digits.replace("−", "-");
  if (unit === "%" && askable.unit === "percent") {
    if (has("rate") || has("every")) { return refused("share"); }
    kind = "level";
  } else if (unit !== "%") {
    if (askable.unit !== "vnd_bn") { return askable.unit ? unread() : refused("growth"); }
    kind = "level";
  }
  var value = Number(new RegExp(grammar.thousands).test(digits) ? straight.replace(/\./g, "").replace(",", ".") : straight.replace(",", "."));
  if (askable.thousands.indexOf(unit) >= 0) { value *= 1000; }
  var ends = kind === "level" ? askable.levels : askable.rates;
  if (value < ends[0] || value > ends[1]) {
    return refused("value", function (language) {
      var vi = language === "vi", named = kind === "level" && askable.unit === "vnd_bn" ? (vi ? " tỷ đồng" : " billion VND") : vi ? " %" : "%";
      return { value: short(value, language), low: short(ends[0], language), high: short(ends[1], language) + named };
    });
  }
  var start = spans.length ? spans[0][1] : "", end = spans.length ? spans[0][2] : "";
  if (kind === "level" && end) { return unread(); }
  var last = Number(end || start || askable.last), first = kind === "level" ? last : end ? Number(start) : askable.known_to + 1;
  return inYears(askable, { kind: kind, value: value, first: first, last: last }, refused);
}
function inYears(askable, own, refused) {
  var needed = [own.last], outside, year;
  if (own.kind !== "level") { needed.push(own.first - 1); }
  if (own.kind === "growth_each_year") { for (year = own.first; year < own.last; year += 1) { needed.push(year); } }
  var gone = own.last < askable.first || own.last > askable.last;
  if (gone) { outside = own.last; } else if (own.first > own.last || needed.some(function (year) { return askable.years.indexOf(year) < 0; })) { outside = own.first; }
  if (outside === undefined) { return own; }
  return refused ? refused("year", function () { return { year: outside, first: gone ? askable.first : askable.known_to + 1, last: askable.last }; }) : null;
}
function short(value, language) { return number(value, Number.isInteger(value) ? 0 : 1, language); }

/* ---- the address: own.<indicator>=kind:value:first:last ---- */
function codeOf(own) { return [own.kind, own.value, own.first, own.last].join(":"); }
function ownOfCode(askable, code) {
  var parts = /^(level|growth_average|growth_each_year):(\d{1,7}(?:\.\d{1,4})?):(20\d\d):(20\d\d)$/.exec(code || "");
  if (!parts) { return null; }
  var own = { kind: parts[1], value: Number(parts[2]), first: Number(parts[3]), last: Number(parts[4]) };
  var level = own.kind === "level", ends = level ? askable.levels : askable.rates;
  if (level ? !askable.unit || own.first !== own.last : !askable.grows) { return null; }
  return ends && own.value >= ends[0] && own.value <= ends[1] ? inYears(askable, own) : null;
}
function setOwn(panel, own) {
  panel.own = own;
  panel.data.targets = panel.data.targets.filter(function (target) { return target.id !== OWN; });
  if (own) { panel.data.targets.push(Object.assign({ id: OWN, direction: "at_least" }, own)); }
  [panel.state, panel.card].forEach(function (part) {
    part.querySelectorAll("[data-target='" + OWN + "']").forEach(function (button) { button.hidden = !own; });
    if (own) { part.dataset.own = ""; } else { delete part.dataset.own; }
  });
  panel.levels = null;
}
function ask(panel, text) {  /* the form's answer goes to every territory and measure of the indicator that can be asked it */
  var own = readOwn(panel.data.askable, text), indicator = panel.state.dataset.indicator;
  panels.filter(function (other) { return other.state.dataset.indicator === indicator; }).forEach(function (other) {
    both(other.card.querySelector("[data-own-problem]"), function (language) { return own.refused ? own.refused[language === "vi" ? 0 : 1] : ""; });
    if (!own.refused) { setOwn(other, inYears(other.data.askable, own)); }
  });
  if (!own.refused) { page.owns[indicator] = codeOf(own); page.aim(indicator, OWN); }
}
function recallOwns() {
  panels.forEach(function (panel) {
    var code = page.asked["own." + panel.state.dataset.indicator], own = ownOfCode(panel.data.askable, code);
    if (own) { page.owns[panel.state.dataset.indicator] = code; }
    setOwn(panel, own);
  });
}

/* ---- its words ---- */
function askedOwn(panel, language) {
  var own = panel.own, code = { level: "own_level", growth_average: "own_average", growth_each_year: "own_every" }[own.kind];
  var span = own.first === own.last ? String(own.last) : own.first + "–" + own.last;
  var value = own.kind === "level" ? (panel.data.unit === "vnd_bn" ? money(own.value, language) : percent(own.value, Number.isInteger(own.value) ? 0 : 1, language)) : percent(own.value, Number.isInteger(own.value) ? 0 : 1, language);
  return fill(spoken(panel, code, language), { value: value, span: span });
}
function spoken(panel, code, language) { return panel.data.sentences[code][language === "vi" ? 0 : 1]; }
function tellOwn(panel) {
  if (!panel.own) { return; }
  var target = panel.data.targets.find(function (candidate) { return candidate.id === OWN; }), published = chanceOf(target, panel.base), judged = verdict(published);
  var texts = {
    asked: function (language) { return askedOwn(panel, language); },
    chance: function (language) { return chance(published, language); },
    verdict: function (language) { return judged[4] + " " + judged[language === "vi" ? 2 : 3]; },
    under: function (language) { return fill(spoken(panel, "own_under", language), { asked: askedOwn(panel, language) }); },
    more: function (language) { return moreOfOwn(panel, language); }
  };
  ["aloud", "headline"].forEach(function (name) {
    texts[name] = function (language) {
      return fill(spoken(panel, "own_" + name, language), { asked: askedOwn(panel, language), chance: chance(published, language), word: judged[language === "vi" ? 2 : 3] });
    };
  });
  page.querySelectorAll("[data-state]").forEach(function (part) {
    if (["indicator", "territory", "measure"].some(function (name) { return part.dataset[name] !== panel.state.dataset[name]; })) { return; }
    part.querySelectorAll("[data-own]").forEach(function (holder) { both(holder, texts[holder.dataset.own]); });
    part.querySelectorAll("[data-own-code]").forEach(function (holder) {
      holder.dataset.code = judged[1];
      holder.className = holder.dataset.ownCode + judged[1];
    });
  });
  if (panel.aim === OWN) { panel.card.className = "card card-" + judged[1]; }
  tellNeeds(panel, target);
}
function moreOfOwn(panel, language) {
  var own = panel.own, sense;
  if (own.kind === "level") {
    var ends = quantiles(panel.base[own.last]).map(function (value) { return amount(panel.data, value, language); });
    return fill(spoken(panel, "own_band", language), { year: own.last, low: ends[0], middle: ends[2], high: ends[4] });
  }
  function of(kind) { sense = Object.assign({}, own, { kind: kind }); return inYears(panel.data.askable, sense) ? chance(chanceOf(sense, panel.base), language) : "–"; }
  return fill(spoken(panel, "own_senses", language), { average: of("growth_average"), every: of("growth_each_year") });
}
/* what it would take: solved when the target or the chance is chosen, not while a slider moves */
function tellNeeds(panel, target) {
  var holder = panel.box.querySelector("[data-own-needs]"), chosen = Number((page.querySelector("[data-switch='chance'][aria-pressed='true']") || { dataset: { value: 80 } }).dataset.value) / 100;
  var wanted = codeOf(target) + ":" + chosen;
  if (panel.aim !== OWN || panel.needs === wanted) { return; }
  panel.needs = wanted;
  var way = solved(panel, target, chosen), list = holder.querySelector("ul"), button = holder.querySelector("button"), code = way.before >= chosen ? "already_reached" : way.possible ? "takes" : "out_of_reach";
  both(holder.querySelector("[data-own-head]"), function (language) {
    return fill(spoken(panel, code, language), { asked: percent(100 * chosen, 0, language), before: chance(way.before, language), best: chance(way.reached, language), span: panel.data.first === target.last ? String(target.last) : panel.data.first + "-" + target.last });
  });
  var pushes = {};
  list.replaceChildren.apply(list, way.levers.map(function (lever, index) { return [lever, way.pushes[index]]; }).filter(function (pair) { return code === "takes" && Math.abs(pair[1]) > 1e-9; }).map(function (pair) {
    var lever = pair[0], steps = Math.ceil(Math.abs(pair[1]) / lever.step - 1e-9), value = Math.min(lever.high, Math.max(lever.low, Math.sign(pair[1]) * Number((steps * lever.step).toFixed(6))));
    var line = document.createElement("li"), push = document.createElement("b"), seen = document.createElement("span"), colour = colourOf(lever, value);
    pushes[lever.id] = value;
    both(push, function (language) { return lever.name[language === "vi" ? 0 : 1] + ": " + pushText(lever, value, language); });
    both(seen, function (language) { return seenText(lever, value, language); });
    seen.className = "seen";
    seen.dataset.colour = colour;
    line.append(push, " ", seen);
    return line;
  }));
  button.hidden = code !== "takes";
  button.dataset.solution = JSON.stringify(pushes);
}
