"""Read by every kernel of the kit's environment: charts are drawn on this machine."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.IPKernelApp.exec_lines = ["import forecast.runs.processes.offline as _offline; _offline.draw_here(); del _offline"]
