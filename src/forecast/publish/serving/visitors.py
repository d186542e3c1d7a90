"""Who may open an app: pages pulled in by another site are refused, and visitors beyond the limit are asked to come back."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import weakref
from datetime import UTC, datetime
from typing import Any

from tornado.web import HTTPError

from forecast.publish.serving.connections import room

MOST_KERNELS = 0  # another limit than the installation's; who comes beyond it takes the place of one who left, else is asked to come back
LEFT_SECONDS = 10  # a kernel that no page has been connected to for so long belongs to a visitor who left
_ending: dict[str, Any] = {}  # kernels being ended, by id
_coming: weakref.WeakSet[Any] = weakref.WeakSet()  # requests let in whose kernels are not begun yet


def admit(handler: Any, notebook: Any = None, cwd: str = "") -> None:
    """Before a kernel starts: refuse who has no role for it, another site, and what is beyond a share or the limit; raise HTTPError."""
    from forecast.publish.serving.login import client_of, require

    require_same_site(handler)
    require(handler, "try")
    kernels, told = handler.kernel_manager, handler.settings["voila"].told
    staying = [kernel_id for kernel_id in kernels.list_kernel_ids() if kernel_id not in _ending]
    starting = getattr(kernels, "_pending_kernels", {}).keys() - set(staying) - _ending.keys()  # the library has no public word for these
    visitor, address = handler.current_user.username, client_of(handler.request, told)
    own = [kernel_id for kernel_id in staying if kernels.owners.get(kernel_id, ("", ""))[0] == visitor]
    near = [kernel_id for kernel_id in staying if address and kernels.owners.get(kernel_id, ("", ""))[1] == address]
    if len(own) >= told.limits.kernels_per_visitor:
        _make_room(kernels, own)
    elif not _is_loopback(address) and len(near) >= told.limits.kernels_per_address:
        _make_room(kernels, near)
    elif len(staying) + len(starting) + len(_coming) >= min(MOST_KERNELS or told.limits.kernels, room()[1]):
        _make_room(kernels, staying)
    _coming.add(handler)


def _make_room(kernels: Any, among: list[str]) -> None:
    """End the kernel among these that nobody has been connected to for longest; HTTPError 503 where each is in use."""
    quiet = {kernel_id: _quiet_seconds(kernels, kernel_id) for kernel_id in among}
    longest = max(among, key=lambda kernel_id: quiet[kernel_id], default="")
    if not longest or quiet[longest] < LEFT_SECONDS:
        raise HTTPError(503, "too many visitors")
    _end(kernels, longest)


async def room_made(handler: Any) -> None:
    """Wait until the kernels being ended are gone, so that there are never more processes than the limit; then `handler` starts its own."""
    await asyncio.gather(*_ending.values(), return_exceptions=True)
    _coming.discard(handler)


def _is_loopback(address: str) -> bool:
    return not address or ipaddress.ip_address(address.split("%")[0]).is_loopback


def require_same_site(handler: Any) -> None:
    """Refuse what another site pulls in with HTTPError; a link there may still be followed."""
    head = handler.request.headers
    if head.get("Sec-Fetch-Site") == "cross-site" and head.get("Sec-Fetch-Dest") != "document":
        raise HTTPError(403, "pulled in by another site")


def _quiet_seconds(kernels: Any, kernel_id: str) -> float:
    """How long a kernel has done nothing for nobody; 0 while it is started, computes or a page is connected to it."""
    kernel = kernels.get_kernel(kernel_id)
    if not kernel.trait_has_value("last_activity"):  # it is only starting
        return 0.0
    state = kernels.kernel_model(kernel_id)
    if state["connections"] or state["execution_state"] == "busy":
        return 0.0
    seconds = (datetime.now(UTC) - kernel.last_activity).total_seconds()
    return seconds if seconds >= 0 else LEFT_SECONDS  # the clock was set back


def _end(kernels: Any, kernel_id: str) -> None:
    """End a kernel beside everything else; until it is gone it does not count."""

    async def end() -> None:
        try:
            await kernels.shutdown_kernel(kernel_id, now=True)
        except Exception:  # one that never got ready cannot be shut down as others are
            with contextlib.suppress(Exception):
                await kernels.get_kernel(kernel_id).provisioner.kill()
            kernels.remove_kernel(kernel_id)
        finally:
            _ending.pop(kernel_id, None)

    _ending[kernel_id] = asyncio.ensure_future(end())
