"""`make book`: runs notebooks afresh in their own kernels and keeps small text and SVG outputs.

`python tools/book.py [NOTEBOOK ...]`, all of them without an argument. Cells marked `#| slow` or `#| net` are not run
and keep what they show; a notebook that fails is left as it was.
"""
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

SKIPPED = re.compile(r"^#\|\s*(slow|net|eval:\s*false)\b", re.M)


class Book(NotebookClient):
    async def async_execute_cell(self, cell, cell_index, **kwargs):
        if SKIPPED.search(cell.source): return cell
        return await super().async_execute_cell(cell, cell_index, **kwargs)


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
            if "image/svg+xml" in output.get("data", {}): output.data.pop("image/png", None)
        label(cell)
        if cell.cell_type == "code": cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]    # progress bars
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
