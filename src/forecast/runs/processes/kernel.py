"""The kernel of every run and visitor: ipykernel's, whose outputs wait to be sent however many there are."""

from __future__ import annotations

from typing import Any

import zmq
from ipykernel.kernelapp import IPKernelApp

from forecast.runs.processes import offline


class KitKernelApp(IPKernelApp):
    """ipykernel's application, whose library drops outputs without a word once 1,000 wait; not named Kernel, whose settings it would take."""

    def init_iopub(self, context: Any) -> None:
        """Open the socket of the outputs without a limit to what waits; the memory of a run has its own."""
        context.setsockopt(zmq.SNDHWM, 0)
        super().init_iopub(context)

    def init_shell(self) -> None:
        """Charts are drawn on this machine, also where Jupyter was never told so."""
        super().init_shell()
        offline.draw_here()


main = KitKernelApp.launch_instance

if __name__ == "__main__":
    main()
