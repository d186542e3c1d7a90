"""Start the published apps on this machine: Voila with its doors closed, the effective settings read back first."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecast import files
from forecast.errors import PublishError
from forecast.publish import shell
from forecast.publish.leaders import page
from forecast.publish.register import page as register
from forecast.runs.processes import pictures, provisioner

FOLDER = Path(__file__).parent
APPS = Path("notebooks") / "apps"  # the notebooks Voila may open, and nothing else lies there
APP = APPS / "bang_dieu_hanh.ipynb"
REGISTER = "so_lieu"  # of the apps, the one that needs no kernel
TEMPLATE = "hung_yen"
MOST_KERNELS = 64  # a visitor beyond this takes the place of one who left, else gets a page that asks to come back in a minute
LEFT_SECONDS = 10  # a kernel that no page has been connected to for so long belongs to a visitor who left
CULLING = {"cull_idle_timeout": 60, "cull_interval": 15, "cull_connected": False, "cull_busy": False}
KERNEL_MODULES = ["ipywidgets", "forecast.publish.advisers.app"]  # loaded once, for every visitor's kernel
_ending: dict[str, Any] = {}  # kernels being ended, by id
LIMITS = {"timeout": 120, "interrupt_on_timeout": True, "show_tracebacks": False}
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


def settings(root: Path, port: int, ip: str, hosts: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Every setting the page is served with, by class; `hosts` are the names a proxy on this machine answers to."""
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return {
        "Voila": {
            "ip": ip,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "root_dir": str(root / APPS),
            "config_file_paths": [],
            "tornado_settings": {
                "headers": headers,
                "allow_remote_access": False,
                "local_hostnames": ["localhost", *hosts],
            },
        },
        "VoilaConfiguration": {
            "template": TEMPLATE,
            "theme": "light",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "strip_sources": True,
            "show_tracebacks": False,
            "file_allowlist": [r"public/[a-z0-9_]+\.(png|svg)"],
            "http_header_envs": [],
            "preheat_kernel": False,
            "progressive_rendering": False,
            "prelaunch_hook": guard,
        },
        "MappingKernelManager": dict(CULLING),
        "KernelProvisionerFactory": {"default_provisioner_name": provisioner.NAME},
        "ForkProvisioner": {"modules": list(KERNEL_MODULES)},
        "VoilaExecutor": dict(LIMITS),
    }


def guard(handler: Any, notebook: Any = None, cwd: str = "") -> None:
    """Before a kernel starts: refuse a page pulled in by another site, and visitors beyond the limit."""
    from tornado.web import HTTPError

    same_site(handler)
    kernels = handler.kernel_manager
    staying = [name for name in kernels.list_kernel_ids() if name not in _ending]
    starting = getattr(kernels, "_pending_kernels", {}).keys() - set(staying) - _ending.keys()  # the library has no public word for these
    if len(staying) + len(starting) < MOST_KERNELS:
        return
    quiet = {name: _quiet_seconds(kernels, name) for name in staying}
    longest = max(quiet, key=quiet.get, default="")
    if not longest or quiet[longest] < LEFT_SECONDS:
        raise HTTPError(503, "too many visitors")
    _end(kernels, longest)


def _quiet_seconds(kernels: Any, name: str) -> float:
    """How long a kernel has done nothing for nobody; 0 while it is started, computes or a page is connected to it."""
    kernel = kernels.get_kernel(name)
    if not kernel.trait_has_value("last_activity"):  # it is only starting
        return 0.0
    found = kernels.kernel_model(name)
    if found["connections"] or found["execution_state"] == "busy":
        return 0.0
    return (datetime.now(UTC) - kernel.last_activity).total_seconds()


def _end(kernels: Any, name: str) -> None:
    """End a kernel beside everything else; until it is gone it does not count."""

    async def ended() -> None:
        try:
            await kernels.shutdown_kernel(name, now=True)
        finally:
            _ending.pop(name, None)

    _ending[name] = asyncio.ensure_future(ended())


def same_site(handler: Any) -> None:
    """Refuse what another site pulls in; a link there may still be followed."""
    from tornado.web import HTTPError

    head = handler.request.headers
    if head.get("Sec-Fetch-Site") == "cross-site" and head.get("Sec-Fetch-Dest") != "document":
        raise HTTPError(403, "pulled in by another site")


def application(wanted: Mapping[str, Mapping[str, Any]]) -> Any:
    """The Voila application with these settings; PublishError when one is unknown or does not take effect."""
    from jupyter_client.provisioning import KernelProvisionerFactory
    from traitlets.config import Config

    from forecast.publish.serving.handlers import Served

    folder = str(FOLDER)  # Voila looks for voila/templates/<name> in each folder of JUPYTER_PATH
    known = [part for part in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if part and part != folder]
    os.environ["JUPYTER_PATH"] = os.pathsep.join([folder, *known])
    unknown = _unknown(wanted)
    if unknown:
        raise _refusal(unknown)
    KernelProvisionerFactory.clear_instance()  # one per process: the one with these settings
    app = Served(config=Config({name: dict(values) for name, values in wanted.items()}))
    app.initialize(argv=[])
    differing = differences(app, wanted)
    if differing:
        raise _refusal(differing)
    return app


def differences(app: Any, wanted: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The settings that did not take effect, each as 'Class.name: wanted, found', read from the built objects."""
    found = []
    for name, holder in _holders(app).items():
        for setting, value in wanted.get(name, {}).items():
            actual = getattr(holder, setting)
            if actual != value:
                found.append(f"{name}.{setting}: {value!r} -> {actual!r}")
    if Path(app.template_paths[0]).resolve() != (FOLDER / "voila" / "templates" / TEMPLATE).resolve():
        found.append(f"template: {app.template_paths[0]}")
    return found


def _classes() -> dict[str, type]:
    from jupyter_client.provisioning import KernelProvisionerFactory
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
    from voila.app import Voila
    from voila.configuration import VoilaConfiguration
    from voila.execute import VoilaExecutor

    kinds = (Voila, VoilaConfiguration, MappingKernelManager, VoilaExecutor, KernelProvisionerFactory, provisioner.ForkProvisioner)
    return {kind.__name__: kind for kind in kinds}


def _unknown(wanted: Mapping[str, Mapping[str, Any]]) -> list[str]:
    classes = _classes()
    return [
        f"{name}.{setting}"
        for name, values in wanted.items()
        for setting in values
        if name not in classes or setting not in classes[name].class_traits(config=True)
    ]


def _holders(app: Any) -> dict[str, Any]:
    import nbformat
    from jupyter_client.provisioning import KernelProvisionerFactory
    from voila.execute import VoilaExecutor
    from voila.voila_kernel_manager import voila_kernel_manager_factory

    kernels = voila_kernel_manager_factory(app.voila_configuration.multi_kernel_manager_class, False, 1)
    return {
        "Voila": app,
        "VoilaConfiguration": app.voila_configuration,
        "MappingKernelManager": kernels(parent=app),
        "VoilaExecutor": VoilaExecutor(nbformat.v4.new_notebook(), config=app.config),
        "KernelProvisionerFactory": KernelProvisionerFactory.instance(parent=app),
        "ForkProvisioner": provisioner.ForkProvisioner(config=app.config),
    }


def _refusal(problems: Sequence[str]) -> PublishError:
    listed = "; ".join(problems)
    return PublishError(
        f"Không khởi động: thiết lập không có tác dụng: {listed}.", f"Not started: settings without effect: {listed}."
    )


def serve(
    root: Path | str,
    port: int = 8866,
    ip: str = "127.0.0.1",
    *,
    hosts: Sequence[str] = (),
    extra: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Serve the page until stopped, from an empty folder of its own; PublishError when it would not be safe.

    `extra` adds settings by class; a name Voila does not know stops the start.
    """
    root = Path(root).resolve()
    _require_local(ip)
    if not (root / APP).is_file():
        raise PublishError(f"Không thấy {APP}.", f"{APP} is not there.")
    wanted = settings(root, port, ip, hosts)
    for name, values in (extra or {}).items():
        wanted[name] = wanted.get(name, {}) | dict(values)
    before = Path.cwd()
    if sys.path and sys.path[0] in ("", str(before)):  # `python -m` looks there first: a stray voila.py would be taken for Voila
        del sys.path[0]
    folder = Path(tempfile.mkdtemp(prefix="bang_dieu_hanh_"))
    try:
        _settle(root, folder)
        app = application(wanted | {"Voila": wanted["Voila"] | {"connection_dir_root": str(folder)}})
        with pictures.started(folder / "d", dict(os.environ)) as pen:
            os.environ[pictures.SOCKET] = str(pen or "")
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


def _furnish(app: Any, root: Path, folder: Path) -> None:
    """Give the application what it shows without a kernel; the board is drawn now, other pages when first asked for."""
    from forecast.publish.serving.handlers import Kept

    app.guard, app.apps = same_site, tuple(app_names(root))
    app.board = Kept(lambda: page.digest(root), lambda now: page.served(page.stored(root, folder), now, app.apps))
    figures = Kept(lambda: register.digest(root), lambda _now: register.served(root, folder))
    app.stored = {name: figures for name in app.apps if name == REGISTER}
    app.board.draw()
    if app.board.problem:  # the page itself says so to the reader
        print(f"{app.board.problem.vi} | {app.board.problem.en}", flush=True)
