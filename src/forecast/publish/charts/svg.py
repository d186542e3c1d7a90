"""A picture as a page carries it: the same marks and texts in a fraction of the letters.

What scripts or defaults would need is left out, strokes of one ink become one path, attributes common to a group stand on the
group, places count from the place before (to a tenth of a pixel), and two languages share what they draw alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from forecast.publish.charts.canvas import FONT
from forecast.publish.words.numbers import minus

SVG = "http://www.w3.org/2000/svg"
SWITCHED = re.compile(r"mark-\w+ role-mark (aims|first|later)_([0-9_]+)_[abc]_marks")  # what belongs to a target of a switch
SPARE = {"class", "role", "aria-roledescription", "aria-hidden", "pointer-events", "version"}
DEFAULTS = {"opacity": "1", "stroke-width": "1", "stroke-miterlimit": "10", "transform": "translate(0,0)", "font-size": "15px",
            "x2": "0", "y2": "0", "font-family": FONT, "stroke-dasharray": "1,0"}  # fmt: skip
STROKES = ("stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "paint-order")
INHERITED = ("fill", "fill-opacity", *STROKES, "text-anchor", "font-weight", "font-size")
EMPTY = ("", "M0,0h0v0h0Z")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
MOVE = re.compile(r"translate\((-?[\d.e-]+),(-?[\d.e-]+)\)")
SHORTEST_SHARED = 60  # letters from which a shape is written once for both languages

ElementTree.register_namespace("", SVG)


def lighter(svg: str) -> str:
    """The picture as SVG text: the same marks and texts, places to a tenth of a pixel."""
    root = ElementTree.fromstring(svg)
    _strip(root)
    _flatten(root)
    _join(root)
    _hoist(root)
    _flatten(root)
    root.set("font-family", FONT)
    root.set("font-size", "15px")
    return _text(root)


def shared(first: str, second: str, name: str) -> tuple[str, str]:
    """Two pictures of one chart, the second using the first's shapes where they are the same; `name` keeps the ids apart."""
    start = "s" + hashlib.sha256(name.encode()).hexdigest()[:5]
    lender, borrower = ElementTree.fromstring(first), ElementTree.fromstring(second)
    shapes: dict[str, Element] = {}
    for element in lender.iter():
        if element is not lender:
            shapes.setdefault(_text(element), element)
    count = _use(borrower, shapes, start, 0)
    return (_text(lender), _text(borrower)) if count else (first, second)


def _use(element: Element, shapes: dict[str, Element], start: str, count: int) -> int:
    for index, child in enumerate(list(element)):
        text = _text(child)
        if len(text) < SHORTEST_SHARED or text not in shapes or " data-" in text:  # what a switch turns must stand by itself
            count = _use(child, shapes, start, count)
            continue
        original = shapes[text]
        if "id" not in original.attrib:
            original.set("id", f"{start}{count:x}")
            count += 1
        element[index] = Element(f"{{{SVG}}}use", {"href": "#" + original.attrib["id"]})
    return count


def _text(element: Element) -> str:
    return ElementTree.tostring(element, "unicode").replace(" />", "/>")


def _strip(element: Element) -> None:
    """Leave out hooks, defaults and empty shapes; the name of what belongs to a switch stays as data."""
    for child in list(element):
        hidden = child.get("display") == "none" or (child.tag.endswith("path") and child.get("d", "") in EMPTY)
        if hidden:
            element.remove(child)
            continue
        _strip(child)
        if _is(child, "text"):
            child.text = minus(child.text or "")
    switched = SWITCHED.search(element.get("class", ""))
    for name in [name for name, value in element.attrib.items() if name in SPARE or DEFAULTS.get(name) == value]:
        del element.attrib[name]
    if switched:
        element.set(f"data-{switched[1]}", switched[2].replace("_", " "))


def _flatten(element: Element) -> None:
    """Groups that say nothing give their place to their children; empty ones go."""
    kept: list[Element] = []
    for child in list(element):
        _flatten(child)
        kept += list(child) if _is(child, "g") and not child.attrib else [child]
    kept = [child for child in kept if len(child) or not _is(child, "g")]
    element[:] = kept


def _join(element: Element) -> None:
    """Lines of one ink that follow each other become one path; places are moved into the shapes and shortened."""
    for child in element:
        _place(child)
        _join(child)
    joined: list[Element] = []
    for child in element:
        before = joined[-1] if joined else None
        strokes = _is(child, "path") and "Z" not in child.get("d", "").upper() and child.get("data-stroke") is not None
        if strokes and before is not None and before.get("data-stroke") is not None and _ink(before) == _ink(child):
            before.set("d", before.attrib["d"] + child.attrib["d"])
        else:
            joined.append(child)
    for child in joined:
        child.attrib.pop("data-stroke", None)
    element[:] = joined


def _ink(element: Element) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if name != "d"}


def _place(element: Element) -> None:
    move = MOVE.fullmatch(element.get("transform", ""))
    if _is(element, "line"):
        x, y = (float(part) for part in move.groups()) if move else (0.0, 0.0)
        dx, dy = float(element.attrib.pop("x2", "0")), float(element.attrib.pop("y2", "0"))
        element.attrib.pop("transform", None)
        element.tag = f"{{{SVG}}}path"
        end = f"h{_short(dx)}" if not dy else f"v{_short(dy)}" if not dx else f"l{_short(dx)},{_short(dy)}"
        element.set("d", f"M{_short(x)},{_short(y)}{end}")
        element.set("data-stroke", "")
    elif _is(element, "text") and move and "x" not in element.attrib and "y" not in element.attrib:
        del element.attrib["transform"]
        element.attrib |= {"x": _short(float(move[1])), "y": _short(float(move[2]))}
    else:
        if "d" in element.attrib:
            element.set("d", _path(element.attrib["d"]))
        for name in {"transform", "x", "y", "x1", "y1", "width", "height"} & set(element.attrib):
            element.set(name, NUMBER.sub(lambda written: _short(float(written[0])), element.attrib[name]))


def _path(d: str) -> str:
    """A path of straight lines with each point counted from the one before, nothing lost by adding up; others to a tenth."""
    if re.search(r"[^MLZ\d\s.,e-]", d):
        return NUMBER.sub(lambda written: _short(float(written[0])), d)
    return "".join(_steps(re.findall(r"([MLZ])([^MLZ]*)", d)))


def _steps(parts: list[tuple[str, str]]) -> Iterator[str]:
    x = y = 0
    for letter, point in parts:
        if letter == "Z":
            yield "Z"
            continue
        left, top = (round(10 * float(part)) for part in point.split(","))
        if letter == "M":
            yield f"M{_short(left / 10)},{_short(top / 10)}"
        else:
            yield f"l{_short((left - x) / 10)},{_short((top - y) / 10)}".replace(",-", "-")
        x, y = left, top


def _short(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _hoist(element: Element) -> None:
    """What all children of a group say alike the group says once."""
    for child in element:
        _hoist(child)
    if not _is(element, "g") or len(element) < 2:
        return
    for name in INHERITED:
        values = {child.get(name) for child in element}
        if len(values) == 1 and None not in values:
            element.set(name, values.pop() or "")
            for child in element:
                del child.attrib[name]


def _is(element: Element, tag: str) -> bool:
    return element.tag == f"{{{SVG}}}{tag}"
