"""Start the published apps on this machine: Voila with its doors closed, from an empty folder of its own."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import files
from forecast.errors import PublishError
from forecast.publish import shell
from forecast.publish.leaders import page
from forecast.publish.register import page as register
from forecast.publish.serving import settings
from forecast.publish.serving.pages import StoredPage
from forecast.publish.serving.settings import APPS
from forecast.runs.processes import pictures, provisioner

if TYPE_CHECKING:  # Voila is loaded once the settings are known to be sound
    from forecast.publish.serving.handlers import Server

APP = APPS / "bang_dieu_hanh.ipynb"
REGISTER = "so_lieu"  # of the apps, the one that needs no kernel


def serve(
    root: Path | str,
    port: int = 8866,
    ip: str = "127.0.0.1",
    *,
    hosts: Sequence[str] = (),
    extra: settings.Settings | None = None,
) -> None:
    """Serve the page until stopped, from an empty folder of its own; PublishError when it would not be safe.

    `extra` adds settings by class; a name Voila does not know stops the start.
    """
    root = Path(root).resolve()
    _require_local(ip)
    if problem := pictures.capped():
        raise PublishError(problem.vi, problem.en)
    if not (root / APP).is_file():
        raise PublishError(f"Không thấy {APP}.", f"{APP} is not there.")
    wanted = settings.wanted(root, port, ip, hosts)
    for name, values in (extra or {}).items():
        wanted[name] = wanted.get(name, {}) | dict(values)
    before = Path.cwd()
    if sys.path and sys.path[0] in ("", str(before)):  # `python -m` looks there first: a stray voila.py would be taken for Voila
        del sys.path[0]
    folder = Path(tempfile.mkdtemp(prefix="bang_dieu_hanh_"))
    try:
        _settle(root, folder)
        app = settings.application(wanted | {"Voila": wanted["Voila"] | {"connection_dir_root": str(folder)}})
        with pictures.started(folder / "d", dict(os.environ)) as socket:
            os.environ[pictures.SOCKET] = str(socket or "")
            provisioner.prepare(app.config.ForkProvisioner.modules)  # so that the first visitor's kernel finds them loaded
            _furnish(app, root, folder / "pages")
            print(f"Mở trang tại / the page is at http://{ip}:{port}/", flush=True)
            app.start()
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


def _require_local(ip: str) -> None:
    try:
        local = ipaddress.ip_address(ip).is_loopback
    except ValueError:
        local = ip == "localhost"
    if not local:
        raise PublishError(
            f"Chỉ phục vụ trên máy này (127.0.0.1), không phải {ip}: đặt máy chủ trung gian có đăng nhập phía trước.",
            f"Served on this machine only (127.0.0.1), not on {ip}: put a proxy with a login in front.",
        )


def _settle(root: Path, folder: Path) -> None:
    """Work from an empty read-only folder, where no stray configuration or module can lie (B31)."""
    for name in ("empty", "pages", "settings"):
        (folder / name).mkdir(mode=0o700)
    (folder / "empty").chmod(0o500)
    os.chdir(folder / "empty")
    os.environ[files.HOME], os.environ[shell.FOLDER_VARIABLE] = str(root), str(folder / "pages")
    os.environ["JUPYTER_CONFIG_DIR"] = os.environ["IPYTHONDIR"] = str(folder / "settings")


def app_names(root: Path) -> list[str]:
    """The published apps by the names of their notebooks."""
    return sorted(path.stem for path in (root / APPS).glob("*.ipynb") if re.fullmatch(r"[a-z][a-z_]*", path.stem))


def _furnish(app: Server, root: Path, folder: Path) -> None:
    """Give the application what it shows without a kernel; the board is drawn now, other pages when first asked for."""
    app.apps = tuple(app_names(root))
    app.board = StoredPage(lambda: page.digest(root), lambda digest: page.served(page.stored(root, folder), digest, app.apps))
    figures = StoredPage(lambda: shell.digest(root), lambda _digest: register.served(root, folder))
    app.stored = {name: figures for name in app.apps if name == REGISTER}
    app.board.update()
    if app.board.problem:  # the page itself says so to the reader
        print(f"{app.board.problem.vi} | {app.board.problem.en}", flush=True)
