"""`make book`: runs notebooks afresh in their own kernels and keeps small text and SVG outputs.

`python tools/book.py [NOTEBOOK ...]`, all of them without an argument. Cells marked `#| slow` or `#| net` are not run
and keep what they show; a notebook that fails is left as it was.
"""
import json
import os
import re
import sys
import time
from html import escape
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", TQDM_DISABLE="1", HF_HUB_DISABLE_PROGRESS_BARS="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1",
                  HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_DATASETS_OFFLINE="1",
                  SOURCE_DATE_EPOCH="0", MATPLOTLIBRC=str(Path(__file__).parent/"matplotlibrc"))   # no bars; the same figure, the same SVG

import nbformat  # noqa: E402
from check import ROOT, notebooks  # noqa: E402
from nbclient import NotebookClient  # noqa: E402

WIDGET, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
SKIPPED = re.compile(r"^#\|\s*(slow|net|eval:\s*false)\b", re.M)


class Book(NotebookClient):
    async def async_execute_cell(self, cell, cell_index, **kwargs):
        if SKIPPED.search(cell.source): return cell
        return await super().async_execute_cell(cell, cell_index, **kwargs)


def names_in(value)->list[str]: # the widgets that a widget's state names
    return re.findall(r"IPY_MODEL_([\w-]+)", json.dumps(value))


def is_bar(state:dict, name:str)->bool: # a text, a bar and a text in a row: what tqdm draws in a notebook
    row = state.get(name, {})
    return row.get("model_name") == "HBoxModel" and [state.get(n, {}).get("model_name") for n in names_in(row["state"].get("children", []))] == ["HTMLModel", "FloatProgressModel", "HTMLModel"]


def keep_frozen(nb, stem:str)->None:
    "Keeps the state of widgets that live without Python, under names that do not change; of the others, what they showed; of progress bars nothing"
    state = nb.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
    for cell in nb.cells:
        if cell.cell_type == "code": cell.outputs = [o for o in cell.outputs if not is_bar(state, o.get("data", {}).get(WIDGET, {}).get("model_id", ""))]
    shown = [o.data for cell in nb.cells for o in cell.get("outputs", []) if WIDGET in o.get("data", {})]
    frozen = lambda data: "ioa-frozen" in state.get(data[WIDGET]["model_id"], {}).get("state", {}).get("_dom_classes", ())
    for data in shown:
        if not frozen(data) and "text/html" in data: data.pop(WIDGET)
    wanted = [data[WIDGET]["model_id"] for data in shown if WIDGET in data]
    for name in wanted: wanted += [n for n in dict.fromkeys(names_in(state[name])) if n not in wanted]
    wanted += [n for n, v in state.items() if v["model_name"] in ("LinkModel", "DirectionalLinkModel") and set(names_in(v["state"])) <= set(wanted)]
    if not wanted: return
    new = {name: f"{stem}-{k}" for k, name in enumerate(wanted)}
    text = json.dumps({new[n]: state[n] for n in wanted})
    for old, name in new.items(): text = text.replace(f"IPY_MODEL_{old}", f"IPY_MODEL_{name}")
    nb.metadata["widgets"] = {STATE: dict(state=json.loads(text), version_major=2, version_minor=0)}
    for data in shown:
        if WIDGET in data: data[WIDGET]["model_id"] = new[data[WIDGET]["model_id"]]


def label(cell)->None: # what `#| fig-alt:` says goes into the picture, where a screen reader finds it
    said = re.search(r"^#\|\s*fig-alt:\s*(.+)$", cell["source"], re.M)
    for output in cell.get("outputs", []) if said else ():
        if svg := output.get("data", {}).get("image/svg+xml"):
            output["data"]["image/svg+xml"] = re.sub(r"<svg (?:role=\"img\" aria-label=\"[^\"]*\" )?", lambda m: f'<svg role="img" aria-label="{escape(said[1].strip())}" ', svg, count=1)


def rerun(path:Path)->None:
    nb = nbformat.read(path, as_version=4)
    nb.metadata.pop("widgets", None)
    book = Book(nb, timeout=900, kernel_name="python3", store_widget_state=True, resources={"metadata": {"path": str(path.parent)}},
                extra_arguments=["--InlineBackend.figure_formats=svg"])
    book.execute()
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/svg+xml" in data: data.pop("image/png", None)
        label(cell)
        if cell.cell_type == "code": cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]    # progress bars
    keep_frozen(nb, path.stem)
    nbformat.write(nb, path)


def main(names:list[str])->int:
    failed = []
    for path in [Path(n).resolve() for n in names] or notebooks(ROOT):
        started = time.monotonic()
        try: rerun(path)
        except Exception as error: failed.append(path.name); print(f"FAIL {path.name}: {str(error).strip().splitlines()[-1]}", flush=True)
        else: print(f"ok   {path.name} ({time.monotonic() - started:.0f} s, {path.stat().st_size // 1000} kB)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__": raise SystemExit(main(sys.argv[1:]))
