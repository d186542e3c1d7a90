"""What the audit sends: frames whose length fields lie, addresses that must stay closed, names no engine may meet."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

PATHS = (
    *("api/kernels", "api/contents", "api/sessions", "api/terminals", "metrics", "api/kernelspecs", "api/spec.yaml", "api/me", "api/config/x"),
    *("voila/tree", "voila/api/contents", "voila", "voila/render/khong_co.ipynb", "voila/render/../../secret.ipynb", "tree", "lab", "nbconvert"),
    *("voila/render/secret.csv", "voila/files/.hidden.png", "voila/files/../../data/sources.csv", "voila/static/..%2f..%2fetc/passwd"),
    *("voila/files/%2e%2e/%2e%2e/published.json", "voila/templates/hung_yen/static/../index.html.j2", "static//etc/passwd"),
    *("voila/labextensions/../../../etc/passwd", "voila/api/themes/../../../../etc/passwd", "//etc/passwd", "parameterized_runs/people.json"),
    *("voila/files/parameterized_runs/people.json", "voila/files/public/../../people.json", "forecast.toml"),
)
NAMES = ("a\x00b", "a\x1bb", "a\uffffb", "a\ufffeb", "\u202eabc", "a\ud800b", "x" * 30_000)
SENT = tuple(name for name in NAMES if "\ud800" not in name)  # half a letter cannot even be sent


def frames() -> Iterator[tuple[bool, bytes]]:
    """(whether in the newer protocol, frame): counts and offsets that do not lie within it."""
    for count in (-1, 0, 2**31 - 1, 5_500_000, 65):
        yield False, struct.pack("!i", count) + b"x" * 28
    yield False, struct.pack("!II", 1, 4_000_000_000) + b"{}"
    yield False, struct.pack("!III", 2, 12, 4) + b"{}"
    yield False, b"\x00"
    for count in (5 * 10**7, 2**63, 0, 1, 65):
        yield True, count.to_bytes(8, "little")
    yield True, b"".join(number.to_bytes(8, "little") for number in (6, 56, 50, 40, 30, 20, 10)) + b"x" * 64
    yield True, b"\xff" * 64


def links(asked: Mapping[str, Any]) -> Iterator[str]:
    """The link of a sound question, then that question with names no save would take."""
    form = asked["scenario"]
    yield _link(asked)
    for name in NAMES:
        both = {"vi": name, "en": name}
        for spoilt in ({"name": both}, {"summary": both}, {"author": name}):
            yield _link({**asked, "scenario": {**form, **spoilt}})
        entries = [{**entry, "reason": both} for entry in form["assumptions"]]
        yield _link({**asked, "scenario": {**form, "assumptions": entries}})


def _link(asked: Mapping[str, Any]) -> str:
    return f"kich_ban={base64.urlsafe_b64encode(zlib.compress(json.dumps(asked).encode(), 9)).decode().rstrip('=')}"
