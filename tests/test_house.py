"The plan of the house: what may import what, and what every file keeps to"
import subprocess
import sys
from pathlib import Path

import check
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["imports_point_down", "one_notebook_one_module", "no_machine_paths"])
def test_this_checkout(name): assert getattr(check, name)(ROOT) == []


@pytest.mark.parametrize("modules", ["ioa_nb", "ioa_nb, ioa_nb.core, ioa_nb.classroom", "ioa_nb.synthesis, ioa_nb.recipes, ioa_nb.api", "ioa_nb.commands, ioa_nb.benchmarks.command, ioa_nb.study, ioa_nb.app, ioa_nb.grading"])
def test_import_without_torch(modules):
    code = f"import sys, {modules}; print(sorted({{'torch', 'transformers', 'matplotlib'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def house(tmp_path, **files):
    "A small checkout with these modules, each with its notebook"
    for folder in ("ioa_nb", "nbs"): (tmp_path/folder).mkdir()
    for name, code in files.items():
        (tmp_path/"ioa_nb"/f"{name}.py").write_text(code)
        (tmp_path/"nbs"/f"{name}.ipynb").write_text('{"cells": [{"cell_type": "code", "source": ["#| default_exp %s"]}]}' % name)
    return tmp_path


@pytest.mark.parametrize("module, code, fault", [
    ("mastery", "from ioa_nb.rounds import IOA", "stands above it"),
    ("mastery", "from .rounds import IOA", "stands above it"),
    ("mastery", "import ioa_nb.rounds", "stands above it"),
    ("mastery", "def later():\n    from ioa_nb import rounds", "stands above it"),
    ("study", "from .widgets import stepper", "nothing imports widgets"),
    ("core", "from .cellar import wine", "no place in the house"),
    ("cellar", "x = 1", "no place in the house"),
])
def test_a_wrong_import_is_found(tmp_path, module, code, fault):
    faults = check.imports_point_down(house(tmp_path, **{module: code}))
    assert len(faults) == 1 and fault in faults[0]


def test_a_right_import_passes(tmp_path):
    root = house(tmp_path, mastery="from ioa_nb.core import Item\nfrom .models import LM\nfrom ioa_nb import __version__", core="import json")
    assert check.imports_point_down(root) == []


def test_chapters_and_modules_without_each_other_are_found(tmp_path):
    root = house(tmp_path, core="", models="")
    assert check.one_notebook_one_module(root) == []
    (root/"ioa_nb"/"models.py").unlink(); (root/"nbs"/"core.ipynb").unlink()
    assert [f.split()[0] for f in check.one_notebook_one_module(root)] == ["models.ipynb", "ioa_nb.core"]


@pytest.mark.parametrize("text, faults", [
    ("see {0}work/main/x", 1), ("open('{0}home/ada/x')", 1), ("{0}tmp/run7", 1), ("{0}root/.cache", 1),
    ("https://example.org{0}home/ada", 0), ("docs{0}work/plan", 0), ("..{0}work/x", 0), ("a folder under {0}tmp", 0),
])
def test_machine_paths_are_found(tmp_path, text, faults):
    (tmp_path/"note.md").write_text(text.format("/"))
    assert len(check.no_machine_paths(tmp_path)) == faults
