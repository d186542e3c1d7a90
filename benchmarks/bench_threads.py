"""What a national study takes where nobody set OPENBLAS_NUM_THREADS and the other cores are busy: limited by the kit, or not.

`python benchmarks/bench_threads.py`. One study is an outlook of the nation's productivity with all its tables, in a fresh
process. The peer is the same study with the libraries' own number of threads. Wall and CPU seconds, the better of two.
"""

from __future__ import annotations

import os
import subprocess
import sys

import table

STUDY = """
import sys, time
from forecast import evidence, policy
from forecast.models.series import threads
threads.LIMIT = 1 if sys.argv[1] == "limited" else None
store = evidence.load()
wall, cpu = time.perf_counter(), time.process_time()
outlook = policy.outlook(store, "labour_productivity_real", territory="viet_nam", measure="nso", horizon_year=2030, seed=1)
policy.tables(outlook, store)
print(time.perf_counter() - wall, time.process_time() - cpu)
"""
SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Time both beside one busy process for every core but one, and print the table."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range((os.cpu_count() or 2) - 1)]
    try:
        limited, free = (min(study(threads) for _ in range(2)) for threads in ("limited", "free"))
    finally:
        for process in spinning:
            process.kill()
            process.wait()
    rows = [
        table.row("a national study beside busy cores, wall s", f"<= {free[0]:.2f}", limited[0], f"{free[0]:.2f} (not limited)"),
        table.row("the same, CPU s", f"<= {free[1]:.2f}", limited[1], f"{free[1]:.2f} (not limited)"),
    ]
    table.write("threads", rows)


def study(threads: str) -> tuple[float, float]:
    """Wall and CPU seconds of one study in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    command = [sys.executable, "-W", "ignore", "-c", STUDY, threads]
    wall, cpu = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    return float(wall), float(cpu)


if __name__ == "__main__":
    main()
