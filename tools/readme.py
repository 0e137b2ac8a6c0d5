"Writes README.md from nbs/index.ipynb: hidden cells left out, links seen from the root, text outputs kept, pictures laid beside in nbs/images"
import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = "<!-- Written by tools/readme.py from nbs/index.ipynb: edit the notebook, not this file. -->\n\n"
HIDDEN = re.compile(r"^#\|\s*(hide|default_exp|export)\b", re.M)
LINK = re.compile(r"\]\((?!\w+:|#|/)([^)#\s]+)(#[^)\s]*)?\)")


def from_root(match)->str: # a link of the notebook, as README.md must write it
    return f"]({posixpath.normpath('nbs/' + match[1])}{match[2] or ''})"


def prepare(nb, pictures):
    "Drops hidden cells, directives and whatever a README cannot show; a picture goes into `pictures` and is linked"
    nb.cells = [c for c in nb.cells if not (c.cell_type == "code" and HIDDEN.search(c.source)) and c.source.strip()]
    for cell in nb.cells:
        if cell.cell_type == "markdown": cell.source = LINK.sub(from_root, cell.source)
        if cell.cell_type != "code": continue
        cell.source = re.sub(r"^#\|.*\n?", "", cell.source, flags=re.M).strip("\n")
        for o in cell.outputs:
            if "image/svg+xml" not in o.get("data", ()): continue
            name = f"nbs/images/readme-{len(pictures) + 1}.svg"
            pictures[name] = "".join(o.data["image/svg+xml"])
            o.data = {"text/markdown": f"![the picture that this cell draws]({name})"}
        outputs = [o for o in cell.outputs if o.output_type == "stream" and o.name == "stdout" or set(o.get("data", ())) & {"text/plain", "text/markdown"}]
        for o in outputs:
            if "data" in o: o.data = {k: v for k, v in o.data.items() if k in ("text/plain", "text/markdown")}
        cell.outputs = [o for o in outputs if not re.fullmatch(r"<.*>\s*", "".join(o.get("data", {}).get("text/plain", "")))]
    return nb


def render(path:Path)->dict[str, str]: # file, from the root -> its text
    import nbformat
    from nbconvert import MarkdownExporter
    pictures = {}
    text, _ = MarkdownExporter().from_notebook_node(prepare(nbformat.read(path, as_version=4), pictures))
    return {"README.md": HEAD + re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", **pictures}


def write()->None:
    for name, text in render(ROOT/"nbs"/"index.ipynb").items():
        (ROOT/name).parent.mkdir(exist_ok=True)
        (ROOT/name).write_text(text, encoding="utf-8")


if __name__ == "__main__": write()
