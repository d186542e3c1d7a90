"""Starting a kernel: forked from a warm parent (the kit's kernel spec) beside the stock one, in turns."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import table
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_client.manager import AsyncKernelManager

from forecast.runs.plans import notebook
from forecast.runs.processes import provisioner, warm

STOCK = "python3"
CELL = "import pandas, altair, numpy, forecast.policy, forecast.publish.charts.nation"


def rows(count: int) -> list[dict[str, Any]]:
    """Start to the end of a first cell that imports, and private memory then."""
    modules = get_kernel_spec(provisioner.KERNEL_SPEC).metadata["kernel_provisioner"]["config"]["modules"]
    provisioner.prepare(modules)
    asyncio.run(measured(provisioner.KERNEL_SPEC, CELL))  # waits until the parent has loaded
    ours, theirs = [], []
    for number in range(count):
        ours.append(asyncio.run(measured(provisioner.KERNEL_SPEC, CELL)))
        if number % 3 == 0:
            theirs.append(asyncio.run(measured(STOCK, CELL)))
    seconds, memory = ([median(start[part] for start in starts) for starts in (ours, theirs)] for part in (0, 2))
    return [
        table.row("kernel start to first cell with imports done, s", "<= 0.25", seconds[0], f"{seconds[1]:.2f} (stock)"),
        table.row("private memory of a kernel then (USS), MB", "<= 40", memory[0], f"{memory[1]:.0f} (stock)"),
    ]


def imports_of_documents(root: Path) -> tuple[float, float]:
    """Median seconds of the documents' own import statements in a fresh kernel: forked, and stock."""
    sources = [imports(path) for path in sorted((root / "notebooks").glob("*.ipynb"))]
    modules = [name for path in sorted((root / "notebooks").glob("*.ipynb")) for name in notebook.imports(path)]
    provisioner.prepare(get_kernel_spec(provisioner.KERNEL_SPEC).metadata["kernel_provisioner"]["config"]["modules"])
    assert modules and warm.can_fork()
    forked, stock = ([asyncio.run(measured(name, source))[1] for source in sources] for name in (provisioner.KERNEL_SPEC, STOCK))
    return median(forked), median(stock)


def imports(path: Path) -> str:
    """The import statements of a notebook's code cells."""
    cells: Sequence[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
    return "\n".join(line for line in lines if line.startswith(("import ", "from ")))


async def measured(name: str, code: str) -> tuple[float, float, float]:
    """Seconds from start to the end of the first cell, seconds of that cell, private memory then (MB)."""
    begun = time.perf_counter()
    manager = AsyncKernelManager(kernel_name=name)
    manager.log.setLevel(logging.ERROR)
    await manager.start_kernel(stdout=-3, stderr=-3) if name == STOCK else await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=120)
        ready = time.perf_counter()
        reply = await client.execute_interactive(code, output_hook=lambda _message: None, timeout=120)
        ended = time.perf_counter()
        assert reply["content"]["status"] == "ok", reply["content"]
        private = psutil.Process(manager.provisioner.process.pid).memory_full_info().uss
        return ended - begun, ended - ready, private / 2**20
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
