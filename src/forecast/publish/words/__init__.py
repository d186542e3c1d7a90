"""Numbers, dates and whole sentences in Vietnamese and English; pure functions of what the tables hold."""
# ruff: noqa: F401, F403

from forecast.publish.words.asked import answer_said, in_band, routes_said, standing
from forecast.publish.words.changes import changed_text, parts_in_print
from forecast.publish.words.ledger import ledger_head, ledger_lines
from forecast.publish.words.numbers import *
from forecast.publish.words.sentences import *
from forecast.publish.words.this_year import this_year_texts
