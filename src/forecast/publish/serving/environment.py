"""A clean environment for the server and its kernels: what could change which code runs is dropped, and said."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from forecast import files
from forecast.installation import SECTIONS

KEPT = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|SYSTEMROOT|NO_COLOR|INVOCATION_ID|NOTIFY_SOCKET|"
    r"(OPENBLAS|OMP|MKL)_NUM_THREADS|FORECAST_\w+"
)
OWN = re.compile(f"FORECAST_({'|'.join(SECTIONS)})_\\w+", re.IGNORECASE)  # settings of the server, no business of a kernel
TELLING = re.compile(r"(PYTHON|JUPYTER|IPYTHON|VOILA|LD_)\w*")  # what code runs, and how
SET = {"PYTHONUTF8", "PYTHONNOUSERSITE", "PYTHONSAFEPATH", "JUPYTER_NO_CONFIG", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"}
SET |= {"JUPYTER_RUNTIME_DIR", "IPYTHONDIR"}
_AGAIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from forecast.cli.main import main; raise SystemExit(main())"


def dropped(environment: Mapping[str, str]) -> list[str]:
    """The variables of an environment that neither server nor kernels get, by name."""
    return sorted(name for name in environment if not KEPT.fullmatch(name))


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """The rest, with where our own package is and nothing else from outside for Python to read."""
    kept = {name: text for name, text in environment.items() if KEPT.fullmatch(name)}
    source = str(files.PACKAGE.parent)
    own = {} if "site-packages" in Path(source).parts else {"PYTHONPATH": source}
    return {**kept, **own, "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "PYTHONSAFEPATH": "1", "JUPYTER_NO_CONFIG": "1"}


def stray(environment: Mapping[str, str]) -> list[str]:
    """The variables of a running server that say which code runs and were not set by it."""
    own = {*SET, *([] if environment.get("PYTHONPATH") != str(files.PACKAGE.parent) else ["PYTHONPATH"])}
    return sorted(name for name in environment if TELLING.fullmatch(name) and name not in own)


def of_kernel(environment: Mapping[str, str]) -> dict[str, str]:
    """What a kernel gets of the server's environment."""
    ours = re.compile(r"PYTHON\w+|JUPYTER_\w+|IPYTHONDIR|VOILA_\w+|SCRIPT_NAME|PATH_INFO|QUERY_STRING|SERVER_\w+|JPY_\w+")
    return {name: text for name, text in environment.items() if (KEPT.fullmatch(name) or ours.fullmatch(name)) and not OWN.fullmatch(name)}


def start_again(arguments: Sequence[str]) -> None:
    """Start this command again, isolated from what the environment says of Python; nothing where it already is."""
    if sys.flags.isolated or sys.platform == "win32":
        return
    told = [name for name in dropped(os.environ) if TELLING.fullmatch(name)]
    if told:
        print(f"Bỏ khỏi môi trường / dropped from the environment: {', '.join(told)}", flush=True)
    command = [sys.executable, "-I", "-X", "utf8", "-c", _AGAIN, str(files.PACKAGE.parent), *arguments]
    os.execve(sys.executable, command, cleaned(os.environ))
