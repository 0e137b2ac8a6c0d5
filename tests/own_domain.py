"The domain of nbs/howto/your_own_domain.ipynb, taken from its cells, for tests that want a small one"
import json
import re
from pathlib import Path

NOTEBOOK = Path(__file__).resolve().parent.parent/"nbs"/"howto"/"your_own_domain.ipynb"


def cells()->list[str]: # sources of those that define the domain
    every = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    headings = ["".join(c["source"]) for c in every]
    first, last = (next(k for k, h in enumerate(headings) if re.search(rf"^## {title}", h, re.M)) for title in ("Build it", "Break it"))
    return [h for c, h in zip(every[first:last], headings[first:last]) if c["cell_type"] == "code" and re.search(r"^(def|class|@patch)\b", h, re.M)]


def lines()->list[str]: # of code: neither blank nor a comment alone
    return [line for source in cells() for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]


def digits(): # the class
    imports = next("".join(c["source"]) for c in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code")
    names = {"__name__": "own_domain"}
    exec(imports + "\n" + "\n".join(cells()), names)
    return names["Digits"]
