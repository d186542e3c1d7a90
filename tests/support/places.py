"""Where the project lies, for every test."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src"
DATA = PROJECT / "data"
