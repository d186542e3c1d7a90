"""Start the published apps on this machine: Voila with its doors closed, from an empty folder of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from forecast import files, installation
from forecast.errors import PublishError
from forecast.installation import Installation
from forecast.publish import shell
from forecast.publish.leaders import page
from forecast.publish.register import page as register
from forecast.publish.serving import environment, settings
from forecast.publish.serving.pages import StoredPage
from forecast.publish.serving.settings import APPS
from forecast.runs import folders
from forecast.runs.processes import pictures, provisioner

if TYPE_CHECKING:  # Voila is loaded once the settings are known to be sound
    from forecast.publish.serving.handlers import Server

APP = APPS / "bang_dieu_hanh.ipynb"
WATCH_SECONDS = 1.0
REGISTER = "so_lieu"  # of the apps, the one that needs no kernel


def serve(
    root: Path | str,
    port: int | None = None,
    ip: str | None = None,
    *,
    hosts: Sequence[str] = (),
    extra: settings.Settings | None = None,
    audit: bool = False,
) -> None:
    """Serve the pages of an installation until stopped, from an empty folder of its own; PublishError when it would not be safe.

    `port`, `ip` and `hosts` replace what forecast.toml says; `extra` adds settings by class, and a name Voila does not know stops the start.
    `audit` tries the attacks of the list on the server before anybody is let in; one that succeeds stops the start.
    """
    root = Path(root).resolve()
    if problem := pictures.capped():
        raise PublishError(problem.vi, problem.en)
    told = told_for(root, port, ip, hosts)
    if not (root / APP).is_file():
        raise PublishError(f"Không thấy {APP}.", f"{APP} is not there.")
    before = Path.cwd()
    if sys.path and sys.path[0] in ("", str(before)):  # `python -m` looks there first: a stray voila.py would be taken for Voila
        del sys.path[0]
    folder = Path(tempfile.mkdtemp(prefix="bang_dieu_hanh_"))
    try:
        _settle(root, folder)
        wanted = settings.wanted(told)
        for name, values in (extra or {}).items():
            wanted[name] = wanted.get(name, {}) | dict(values)
        app = settings.application(wanted | {"Voila": wanted["Voila"] | {"connection_dir_root": str(folder)}}, told)
        with _looked_after(root, folder):
            provisioner.prepare(app.config.ForkProvisioner.modules)  # so that the first visitor's kernel finds them loaded
            _furnish(app, root, folder / "pages")
            app.audited = audit
            app.start()
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


def told_for(root: Path, port: int | None = None, ip: str | None = None, hosts: Sequence[str] = ()) -> Installation:
    """The installation with what a command line replaces; InstallationError where the two do not fit."""
    given = {"PORT": port and str(port), "ADDRESS": ip and ("127.0.0.1" if ip == "localhost" else ip), "HOSTS": ",".join(hosts)}
    told = installation.read(root, {**os.environ, **{f"FORECAST_SERVE_{name}": text for name, text in given.items() if text}})
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and told.login.way != "none" and not told.serve.allow_root:
        raise PublishError(
            "Không phục vụ người khác dưới quyền root: tạo người dùng riêng (deploy/DEPLOY.md), hoặc đặt [serve] allow_root = true.",
            "Others are not served with root's rights: make a user for it (deploy/DEPLOY.md), or set [serve] allow_root = true.",
        )
    if is_root and not told.serve.allow_root:
        print("Đang chạy dưới quyền root; chỉ mở cho máy này. / Running as root; open to this machine only.", flush=True)
    if told.login.way == "none":
        print(
            "Không có đăng nhập: chỉ mở cho máy này, tên dưới chữ ký là tên tự gõ. / "
            "No login: open to this machine only, names under signatures were typed.",
            flush=True,
        )
    return told


@contextlib.contextmanager
def _looked_after(root: Path, folder: Path) -> Iterator[None]:
    """A process draws for all kernels meanwhile; it and their warm parent are looked after.

    What was killed is started again; where figures or publication have changed, another warm parent reads them, once for all (2B24).
    """
    path, ended = folder / "d", threading.Event()
    try:
        held = pictures.start(path, environment.cleaned(os.environ))
    except OSError:
        yield
        return
    os.environ[pictures.SOCKET] = str(path)

    def watch() -> None:
        nonlocal held
        loaded = settled = _stamp(root)
        while not ended.wait(WATCH_SECONDS):
            with contextlib.suppress(OSError, psutil.Error):
                if not held.alive():
                    path.unlink(missing_ok=True)
                    held = pictures.start(path, environment.cleaned(os.environ))
                    shell.LOG.warning("the drawing process ended and was started again")
                provisioner.look_after(settings.KERNEL_MODULES)
                before, settled = settled, _stamp(root)
                if settled != loaded and settled == before:  # nothing is being written any more
                    loaded = settled
                    provisioner.renew_later(settings.KERNEL_MODULES)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join(5)
        held.close()
        os.environ.pop(pictures.SOCKET, None)


def _stamp(root: Path) -> tuple[object, ...]:
    """When the figures and what is published were last written, as the file system says it."""
    paths = [*root.glob("data/*.*"), *root.glob("data/scenarios/*.yml"), *folders.pointers(root)]
    states = [(str(path), path.stat()) for path in sorted(paths)]
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


def _settle(root: Path, folder: Path) -> None:
    """Work from an empty read-only folder, with a clean environment, where no stray configuration or module can lie (B31, 2B12)."""
    for name in ("empty", "pages", "settings"):
        (folder / name).mkdir(mode=0o700)
    (folder / "empty").chmod(0o500)
    os.chdir(folder / "empty")
    for name in environment.dropped(os.environ):
        del os.environ[name]
    os.environ.update(environment.cleaned(os.environ))
    os.environ[files.HOME], os.environ[shell.FOLDER_VARIABLE] = str(root), str(folder / "pages")
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(folder / "settings")


def app_names(root: Path) -> list[str]:
    """The published apps by the names of their notebooks."""
    return sorted(path.stem for path in (root / APPS).glob("*.ipynb") if re.fullmatch(r"[a-z][a-z_]*", path.stem))


def _furnish(app: Server, root: Path, folder: Path) -> None:
    """Give the application what it shows without a kernel; the board is drawn now, other pages when first asked for."""
    app.apps = tuple(app_names(root))
    app.board = StoredPage(lambda: page.digest(root), lambda digest: shell.served(page.stored(root, folder), digest, apps=app.apps))
    figures = StoredPage(lambda: shell.digest(root), lambda digest: shell.served(register.served(root, folder), digest, "../../"))
    app.stored = {name: figures for name in app.apps if name == REGISTER}
    app.board.update()
    if app.board.problem:  # the page itself says so to the reader
        print(f"{app.board.problem.vi} | {app.board.problem.en}", flush=True)
