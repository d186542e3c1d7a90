"""The province's own figures in: the only reader of what it sends, from the file's bytes to a signed vintage that can be undone."""

from forecast.evidence.intake.figures import Declared, SheetFigure
from forecast.evidence.intake.mapping import Kept, keep_mapping, read_mapping, told
from forecast.evidence.intake.preview import Line, Preview, State, copy_with, preview, with_file
from forecast.evidence.intake.reading import NOTHING_DECLARED, Received, as_facts, read
from forecast.evidence.intake.taking import STATES, Arrived, arrived, entered, take, taken, undo
from forecast.evidence.intake.template import documented, form_file, template

__all__ = [
    "NOTHING_DECLARED",
    "STATES",
    "Arrived",
    "Declared",
    "Kept",
    "Line",
    "Preview",
    "Received",
    "SheetFigure",
    "State",
    "arrived",
    "as_facts",
    "copy_with",
    "documented",
    "entered",
    "form_file",
    "keep_mapping",
    "preview",
    "read",
    "read_mapping",
    "take",
    "taken",
    "template",
    "told",
    "undo",
    "with_file",
]
