"""What the bundle packs: all that running needs, for any patch release of this Python, and nothing that only tests need."""

import importlib.util

import pytest
from packaging.utils import canonicalize_name
from places import PROJECT


@pytest.fixture(scope="module")
def bundle():
    spec = importlib.util.spec_from_file_location("bundle", PROJECT / "deploy" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_patch_release_gets_every_package(bundle):
    """The lock has two entries of a package whose versions part at a patch release; the machine it is for may be on the other side."""
    entries = bundle.pins()
    for patch in bundle.PATCHES:
        assert {canonicalize_name(bundle._requirement(entry).name) for entry in entries if bundle._applies(entry, patch)} == bundle.needed()
    assert all("--hash=sha256:" in entry for entry in entries)


def test_what_the_kit_imports_is_in_and_what_only_tests_do_is_not(bundle):
    names = bundle.needed()
    assert {"altair", "jupyterlab", "lxml", "papermill", "prophet", "pyarrow", "python-docx", "soupsieve", "typst", "voila", "xlsxwriter"} <= names
    assert not {"pytest", "playwright", "ruff", "mypy", "lightgbm", "scoringrules"} & names
