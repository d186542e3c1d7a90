"""The merged province and its parts are different territories (what is computed for it: tests/policy/test_outlook.py)."""

from __future__ import annotations

from forecast import evidence


def test_old_and_merged_territory_are_never_one_series():
    store = evidence.load()
    for key in {figure.key for figure in store.observations}:
        assert {figure.key.territory for figure in store.series(key).points} <= {key.territory}
