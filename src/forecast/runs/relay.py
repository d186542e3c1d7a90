"""Ask a warm process (warm.py) to run a module in my place, pass signals on, end as it ends.

Started as `python -I -S relay.py SOCKET MODULE ARGUMENT...` with the standard library only, so that it is up in a few
milliseconds; where no warm process answers it becomes an ordinary `python -m MODULE`.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys

LENGTH = 4  # bytes that hold the length of a request


def main() -> None:
    """Run the module in the warm process; the exit status is the module's own, a fatal signal included."""
    path, module, *arguments = sys.argv[1:]
    status = relay(path, module, arguments)
    if status is None:
        os.execv(sys.executable, [sys.executable, "-P", "-m", module, *arguments])
    if status < 0:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def relay(path: str, module: str, arguments: list[str]) -> int | None:
    """The exit status (negative for a signal) of the module run by the warm process at `path`; None if none answers."""
    import resource

    parent = os.getppid()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        try:
            channel.connect(path)
            _send(
                channel,
                {
                    "module": module,
                    "arguments": arguments,
                    "folder": os.getcwd(),
                    "environment": dict(os.environ),
                    "memory": resource.getrlimit(resource.RLIMIT_DATA),
                },
            )
            first = _line(channel, parent)
        except OSError:
            return None
        if not first:
            return None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: os.kill(int(first), received))
        last = _line(channel, parent)
    return int(last) if last else 1


def _send(channel: socket.socket, request: dict) -> None:
    content = json.dumps(request).encode()
    socket.send_fds(channel, [len(content).to_bytes(LENGTH, "big")], [0, 1, 2])
    channel.sendall(content)


def _line(channel: socket.socket, parent: int) -> str:
    """The next line from the warm process, or nothing when it has gone; ends this process when its parent has gone."""
    received = b""
    while not received.endswith(b"\n"):
        if not select.select([channel], [], [], 1.0)[0]:
            if os.getppid() != parent:
                os._exit(1)
            continue
        part = channel.recv(1)
        if not part:
            return ""
        received += part
    return received.decode().strip()


if __name__ == "__main__":
    main()
