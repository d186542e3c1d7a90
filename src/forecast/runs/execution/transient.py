"""Which failures may pass by themselves, so that a run is tried again: a short list, everything else fails at once (A36)."""

from __future__ import annotations

import errno

PAUSES = (0.5, 2.0)  # seconds before the second and the third try
NAMES = (  # exceptions of a cell that name a cause outside the notebook
    *("BlockingIOError", "InterruptedError", "TransientError"),
    *("ConnectionError", "ConnectionResetError", "ConnectionRefusedError", "ConnectionAbortedError"),
)
_CODES = tuple(
    getattr(errno, name)
    for name in ("EAGAIN", "EBUSY", "ETXTBSY", "EADDRINUSE", "ESTALE", "ETIMEDOUT", "ENOLCK")
    if hasattr(errno, name)
)
_LOCKED_WINDOWS = (32, 33)  # sharing and lock violations
_KERNEL_SLOW = "Kernel didn't respond"


def is_transient(error: BaseException) -> bool:
    """Whether an exception of the machinery around a notebook may pass by itself."""
    if isinstance(error, OSError):
        return error.errno in _CODES or getattr(error, "winerror", None) in _LOCKED_WINDOWS
    return type(error).__name__ in NAMES or (isinstance(error, RuntimeError) and _KERNEL_SLOW in str(error))


def is_transient_cell(name: str, said: str) -> bool:
    """Whether a cell's exception (class name and text) may pass by itself."""
    locked = name in ("OSError", "PermissionError") and any(
        f"[{kind} {code}]" in said for kind, codes in (("Errno", _CODES), ("WinError", _LOCKED_WINDOWS)) for code in codes
    )
    return locked or name in NAMES


def pause_before(attempt: int) -> float | None:
    """Seconds to wait before try number `attempt` (2, 3, ...); None when there are no more tries."""
    place = attempt - 2
    return PAUSES[place] if 0 <= place < len(PAUSES) else None
