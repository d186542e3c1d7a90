"""Jobs that advisers start or schedule in JupyterLab go through the same plan checks, runs and records as all others.

Named to the server as Scheduler.execution_manager_class (see `make lab`). A job's parameters are checked before a kernel starts, it
runs in its own process, its report and notebook come from the run's record, and a failed run is a failed job. Nothing it makes
is shown to the leadership: that stays with the plans.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_scheduler.executors import ExecutionManager
from jupyter_scheduler.models import JobFeature

from forecast import files
from forecast.errors import PlanError, RunError
from forecast.evidence.tables import as_yaml
from forecast.runs.execution import execute
from forecast.runs.plans import compose, notebook, plan
from forecast.runs.plans.parameters import known_notebooks

PLAN = "jupyterlab"
OUTPUTS = {"ipynb": "notebook.ipynb", "html": "report.html"}


class RecordedJob(ExecutionManager):
    """What jupyter-scheduler calls for each job; the last two methods it calls on the class, with the class as argument."""

    def execute(self) -> None:
        """Run the job's notebook as a recorded run and hand its files over; raises RunError or PlanError with the reason."""
        folder = run_recorded(files.find_root(), Path(self.staging_paths["input"]), self.model.parameters or {})
        for kind, name in OUTPUTS.items():
            if kind in self.staging_paths:
                shutil.copyfile(folder / name, self.staging_paths[kind])

    def supported_features(self) -> dict[JobFeature, bool]:
        wanted = {JobFeature.job_name, JobFeature.output_formats, JobFeature.parameters, JobFeature.stop_job, JobFeature.delete_job}
        return {feature: feature in wanted for feature in JobFeature}

    def validate(self, input_path: str) -> bool:
        return Path(input_path).stem in known_notebooks()


def run_recorded(root: Path, given: Path, parameters: Mapping[str, Any]) -> Path:
    """Run one of the kit's notebooks with these parameters (texts allowed; the rest as in the notebook); the run's folder."""
    name = given.stem
    own = notebook.path_of(root, name)
    if name not in known_notebooks() or not own.exists():
        raise PlanError(
            f"'{given.name}' không phải sổ tính của bộ công cụ: {', '.join(known_notebooks())}.",
            f"'{given.name}' is none of the kit's notebooks: {', '.join(known_notebooks())}.",
        )
    if notebook.sources(given) != notebook.sources(own):
        raise RunError(
            f"Bản '{given.name}' gửi đi khác bản trong notebooks/: hãy lưu rồi tạo lại công việc.",
            f"The '{given.name}' that was handed in differs from the one in notebooks/: save it and make the job again.",
        )
    typed = {key: compose.typed_value(key, value) if isinstance(value, str) else value for key, value in parameters.items()}
    run = {"name": f"{PLAN}_{name[:2]}", "notebook": name, "parameters": {**notebook.defaults(own), **typed}}
    content = {"name": PLAN, "title": {"vi": "Việc tạo trong JupyterLab", "en": "Jobs made in JupyterLab"}, "runs": [run]}
    written = given.with_suffix(".plan.yml")
    written.write_text(as_yaml(content), encoding="utf-8")
    chosen = plan.load(written, root, today=datetime.now(UTC).date())
    result = execute.run(chosen, root, publish=False).results[0]
    if not result.good:
        raise RunError(f"{result.reason.vi} ({result.state})", f"{result.reason.en} ({result.state})")
    return result.folder
