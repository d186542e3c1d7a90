"""What makes the page small loses nothing: pictures look the same, draws come back bit for bit."""

import base64
import re

import numpy as np
import pandas as pd
import pytest
from browser import chromium, page_at
from jinja2 import UndefinedError
from publish_fixture import OLD, tables

from forecast.publish import templating
from forecast.publish.charts import nation
from forecast.publish.charts.svg import lighter, shared
from forecast.publish.leaders import tryout
from forecast.publish.leaders.pictures import Pictured

LOOK = """async ([first, second]) => {
  const pixels = async (data) => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    return pen.getImageData(0, 0, image.width, image.height);
  };
  const [before, after] = [await pixels(first), await pixels(second)];
  if (before.width !== after.width || before.height !== after.height) return 1;
  let off = 0;
  const apart = (i) => Math.abs(before.data[i] - after.data[i]);
  for (let i = 0; i < before.data.length; i += 4) if (apart(i) + apart(i + 2) > 120) off += 1;
  return off / (before.width * before.height);
}"""
PICTURES = {
    "fan": lambda run: nation.fan_chart(run["forecast"], run["history"], run["verdicts"], quantity="level"),
    "growth": lambda run: nation.fan_chart(run["forecast"], run["history"], run["verdicts"], quantity="growth"),
    "nation": lambda run: nation.nation_chart(run["nation"], run["methods"]),
    "methods": lambda run: nation.methods_chart(run["methods"], unit="percent"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("indicator", ["labour_productivity_real", "ecommerce_revenue"])
def test_a_light_picture_looks_like_the_one_it_was_made_from(name, indicator):
    recorded = tables(indicator, OLD, "nso" if indicator.startswith("labour") else "province")
    plain = [nation.as_svg(PICTURES[name](recorded), language, language) for language in ("vi", "en")]
    small = shared(*(lighter(svg) for svg in plain), name)
    assert sum(map(len, small)) < 0.4 * sum(map(len, plain)) and "<use" in small[1]
    body = "".join(f'<div class="p" style="font-family:sans-serif">{svg}</div>' for svg in (*plain, small[1]))
    hidden = f'<div style="display:none">{small[0]}</div>'  # as on the page: the language not shown holds the shapes
    with chromium() as browser, page_at(browser, (1200, 800), outside=[]) as tab:
        tab.set_content(body + hidden)
        shots = [picture.screenshot() for picture in tab.locator(".p").all()]
        assert tab.evaluate(LOOK, [base64.b64encode(shot).decode() for shot in (shots[1], shots[2])]) < 0.001
        assert tab.evaluate(LOOK, [base64.b64encode(shot).decode() for shot in (shots[0], shots[1])]) > 0  # and it can see a difference


DECODE = """(data) => {
  const levels = decode(data);
  return data.years.map(year => Array.from(levels[year]));
}"""


@pytest.mark.slow
def test_draws_come_back_bit_for_bit_whatever_their_size():
    rng = np.random.default_rng(3)
    levels = np.stack([np.exp(rng.normal(5, 1, 2000)), np.full(2000, 12.83), rng.uniform(1e-9, 99, 2000), rng.normal(0, 1e6, 2000)])
    wanted = levels.astype(np.float32)
    table = pd.DataFrame({"path": range(2000)} | {f"y{2024 + place}": row for place, row in enumerate(wanted)})
    sums = templating.path_of("leaders/sums.js").read_text("utf-8")
    with chromium() as browser, page_at(browser, (600, 400), outside=[]) as tab:
        tab.set_content("<p></p>")
        tab.add_script_tag(content=sums)
        decoded = tab.evaluate(DECODE, tryout._draws(table))
    assert np.array_equal(np.array(decoded), wanted.astype(float))


def test_the_letters_of_the_draws_cannot_end_a_script():
    text = tryout._draws(pd.DataFrame({"path": range(500), "y2025": np.random.default_rng(1).normal(100, 9, 500)}))["draws"]
    assert len(text) > 900 and not re.search(r"[<>&\"\\']", text)


@pytest.mark.parametrize("typeset", [True, False])
def test_what_fails_while_drawing_is_told_as_it_is(typeset):
    """A template does not call pictures missing whose drawing met an AttributeError; what really is missing it calls so."""

    def drawn():
        return None.group()

    page = templating._environment(typeset).from_string("{{ pictured[name] if name else pictured.pictures }}")
    pictured = Pictured(None, drawn)
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'group'"):
        page.render(pictured=pictured, name="")
    with pytest.raises(UndefinedError, match="no attribute 'painted'"):
        page.render(pictured=pictured, name="painted")
