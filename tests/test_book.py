"""What `make book` keeps of a notebook's widgets."""
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
if not (ROOT/"tools"/"book.py").exists(): pytest.skip("tools are not part of an installed package", allow_module_level=True)
sys.path.insert(0, str(ROOT/"tools"))
import book  # noqa: E402


def notebook(*cells): # each a list of programs' outputs that show a widget
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", {book.WIDGET: dict(model_id=name, version_major=2, version_minor=0), "text/plain": name}) for name in names]) for names in cells]
    return nb


def model(kind, classes=(), children=()): return dict(model_name=kind, state=dict(_dom_classes=list(classes), children=[f"IPY_MODEL_{c}" for c in children]))


def test_progress_bars_leave_nothing_and_frozen_widgets_stay():
    nb = notebook(["bar", "board"], ["bar"])
    nb.metadata["widgets"] = {book.STATE: dict(state=dict(bar=model("HBoxModel", children=("said", "way", "left")), said=model("HTMLModel"), way=model("FloatProgressModel"), left=model("HTMLModel"),
                                                          board=model("HBoxModel", ("ioa-frozen",), ("dial",)), dial=model("IntSliderModel")))}
    book.keep_frozen(nb, "chapter")
    assert [[o.data["text/plain"] for o in cell.outputs] for cell in nb.cells] == [["board"], []]
    state = nb.metadata["widgets"][book.STATE]["state"]
    assert sorted(v["model_name"] for v in state.values()) == ["HBoxModel", "IntSliderModel"] and all(name.startswith("chapter-") for name in state)


def test_a_row_of_other_things_is_no_bar():
    state = dict(row=model("HBoxModel", children=("a", "b", "c")), a=model("HTMLModel"), b=model("IntSliderModel"), c=model("HTMLModel"))
    assert not book.is_bar(state, "row") and not book.is_bar(state, "gone") and not book.is_bar(state, "a")
