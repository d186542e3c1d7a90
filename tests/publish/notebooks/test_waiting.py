"""A first cell that computes long says so while it does, and a record has no trace of it."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = ("from forecast import report\nimport time\ntime.sleep(2.6)", "import time\ntime.sleep(1.2)")


def executed(monkeypatch, run_dir):
    """Every message of outputs of two cells executed in a kernel, in order, and the notebook."""
    monkeypatch.delenv("FORECAST_RUN_DIR", raising=False)
    if run_dir:
        monkeypatch.setenv("FORECAST_RUN_DIR", run_dir)
    book, told = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS]), []

    class Listening(NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if "text/html" in msg["content"].get("data", {}):
                told.append((cell_index, msg["msg_type"], msg["content"]["data"]["text/html"]))
            return super().process_message(msg, cell, cell_index)

    Listening(book, timeout=60, kernel_name="python3").execute()
    return told, book


def test_the_first_cell_counts_its_seconds(monkeypatch):
    """Shown at once, counted up while the cell computes, said how long it took at its end; the second cell is silent."""
    told, _ = executed(monkeypatch, "")
    seconds = [int(re.search(r"(\d+) giây", text)[1]) for _, _, text in told]
    assert told[0][1] == "display_data" and "Đang tính" in told[0][2] and len(told) >= 4
    assert seconds == sorted(seconds) and seconds[-1] >= 2 and "tính xong" in told[-1][2]
    assert {cell for cell, *_ in told} == {0}


def test_a_record_has_no_trace(monkeypatch, tmp_path):
    told, book = executed(monkeypatch, str(tmp_path))
    assert not told and not any(cell["outputs"] for cell in book.cells)


@pytest.mark.parametrize(("text", "indicator"), [("30 % năm 2028", "digital_economy_share"), ("7 %/năm đến 2030", "labour_productivity_real")])
def test_notebook_05_takes_a_target_of_ones_own(text, indicator):
    """It leads for the first indicator it can be asked of, and for no other."""
    from forecast import evidence, policy

    base = policy.baseline(evidence.load(), "hung_yen_2025", measure="mic", n_paths=100, own_target=text)
    leads = {name: outlook.headline.applies for name, outlook in base.outlooks.items()}
    assert leads[indicator] == "asked" and sum(applies == "asked" for applies in leads.values()) == 1


def test_a_target_nobody_can_read_is_refused():
    from forecast import evidence, policy
    from forecast.errors import RefusedError

    with pytest.raises(RefusedError) as refused:
        policy.baseline(evidence.load(), "hung_yen_2025", measure="mic", n_paths=100, own_target="thật cao")
    assert "thật cao" in refused.value.vi and "could not be read" in refused.value.en
