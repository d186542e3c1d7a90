"""The settings of the server, and the application built with them: the effective ones are read back before anything is served."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecast.errors import PublishError
from forecast.installation import Installation
from forecast.publish.serving import visitors
from forecast.runs.processes import provisioner

FOLDER = Path(__file__).parent
APPS = Path("notebooks") / "apps"  # the notebooks Voila may open, and nothing else lies there
TEMPLATE = "hung_yen"
KERNEL_MODULES = ["ipywidgets", "forecast.publish.advisers.app"]  # loaded once, for every visitor's kernel
CULLING = {"cull_idle_timeout": 60, "cull_interval": 15, "cull_connected": False, "cull_busy": False}
LOOK_SECONDS = 0.5  # between two looks whether a kernel lives; a page waits as long to hear that its own was killed
LIMITS = {"timeout": 120, "interrupt_on_timeout": True, "show_tracebacks": False}
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
Settings = Mapping[str, Mapping[str, Any]]  # by class


def wanted(told: Installation) -> dict[str, dict[str, Any]]:
    """Every setting the server is started with, by class, for an installation."""
    from forecast.publish.serving import connections, kernels, login

    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if told.serve.certificate else {})
    return {
        "Voila": {
            "ip": told.serve.address,
            "port": told.serve.port,
            "base_url": told.serve.base_path,
            "identity_provider_class": login.Entrance,
            "authorizer_class": login.Rights,
            "kernel_websocket_connection_class": connections.CheckedFrames,
            "token": "",
            "port_retries": 0,
            "open_browser": False,
            "log_level": logging.WARNING,
            "root_dir": str(told.root / APPS),
            "config_file_paths": [],
            "tornado_settings": {"headers": headers, "allow_remote_access": False, "local_hostnames": ["localhost", *told.serve.hosts]},
        },
        "VoilaConfiguration": _rendering(kernels.OwnedKernels),
        "MappingKernelManager": dict(CULLING),
        # what a page had in a killed kernel is gone: it says so soon and opens another, within the limit
        "KernelRestarter": {"restart_limit": 0, "time_to_dead": LOOK_SECONDS},
        "KernelProvisionerFactory": {"default_provisioner_name": provisioner.NAME},
        "ForkProvisioner": {"modules": list(KERNEL_MODULES)},
        "VoilaExecutor": dict(LIMITS),
    }


def _rendering(kernels: type) -> dict[str, Any]:
    """How the apps are rendered, each with a kernel of this class of managers."""
    return {
        "template": TEMPLATE,
        "theme": "light",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "strip_sources": True,
        "show_tracebacks": False,
        "file_allowlist": [r"public/[a-z0-9_]+\.(png|svg)"],
        "http_header_envs": [],
        "preheat_kernel": False,
        "http_keep_alive_timeout": 2,
        "progressive_rendering": False,
        "prelaunch_hook": visitors.admit,
        "multi_kernel_manager_class": kernels,
    }


def application(wanted: Settings, told: Installation) -> Any:
    """The Voila application of an installation with these settings; PublishError when one is unknown or does not take effect."""
    from jupyter_client.provisioning import KernelProvisionerFactory
    from traitlets.config import Config

    from forecast.publish.serving.handlers import Server

    os.environ["JUPYTER_PATH"] = str(FOLDER)  # Voila looks there for voila/templates/<name>
    _require_none(_unknown(wanted))
    KernelProvisionerFactory.clear_instance()  # one per process: the one with these settings
    Server.told = told
    app = Server(config=Config({name: dict(values) for name, values in wanted.items()}))
    app.initialize(argv=[])
    _require_none(differences(app, wanted))
    return app


def differences(app: Any, wanted: Settings) -> list[str]:
    """The settings that did not take effect, each as 'Class.name: wanted -> actual', read from the built objects."""
    problems = []
    for name, holder in _holders(app).items():
        for setting, value in wanted.get(name, {}).items():
            actual = getattr(holder, setting)
            if actual != value:
                problems.append(f"{name}.{setting}: {value!r} -> {actual!r}")
    if Path(app.template_paths[0]).resolve() != (FOLDER / "voila" / "templates" / TEMPLATE).resolve():
        problems.append(f"template: {app.template_paths[0]}")
    return problems


def _classes() -> dict[str, Any]:
    from jupyter_client.provisioning import KernelProvisionerFactory
    from jupyter_client.restarter import KernelRestarter
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
    from voila.app import Voila
    from voila.configuration import VoilaConfiguration
    from voila.execute import VoilaExecutor

    kinds = (Voila, VoilaConfiguration, MappingKernelManager, VoilaExecutor, KernelRestarter, KernelProvisionerFactory, provisioner.ForkProvisioner)
    return {kind.__name__: kind for kind in kinds}


def _unknown(wanted: Settings) -> list[str]:
    classes = _classes()
    return [
        f"{name}.{setting}"
        for name, values in wanted.items()
        for setting in values
        if name not in classes or setting not in classes[name].class_traits(config=True)
    ]


def _holders(app: Any) -> dict[str, Any]:
    import nbformat
    from jupyter_client.ioloop import AsyncIOLoopKernelRestarter
    from jupyter_client.provisioning import KernelProvisionerFactory
    from voila.execute import VoilaExecutor
    from voila.voila_kernel_manager import voila_kernel_manager_factory

    kernels = voila_kernel_manager_factory(app.voila_configuration.multi_kernel_manager_class, False, 1)
    return {
        "Voila": app,
        "VoilaConfiguration": app.voila_configuration,
        "MappingKernelManager": kernels(parent=app),
        "VoilaExecutor": VoilaExecutor(nbformat.v4.new_notebook(), config=app.config),
        "KernelRestarter": AsyncIOLoopKernelRestarter(config=app.config),
        "KernelProvisionerFactory": KernelProvisionerFactory.instance(parent=app),
        "ForkProvisioner": provisioner.ForkProvisioner(config=app.config),
    }


def _require_none(problems: Sequence[str]) -> None:
    if problems:
        listed = "; ".join(problems)
        raise PublishError(
            f"Không khởi động: thiết lập không có tác dụng: {listed}.", f"Not started: settings without effect: {listed}."
        )
