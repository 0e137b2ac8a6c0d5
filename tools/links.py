"""Links that lead nowhere, pictures that say nothing to who cannot see them: over notebooks, README and the course.

Addresses on the web are not asked (a check must work offline); files and headings of the repository are.
"""
import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from check import ROOT, notebooks

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
IMAGE = re.compile(r"<img\b[^>]*>", re.I)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


def pages(root:Path)->list[Path]: # what people read
    return [*notebooks(root), *(p for p in (root/"README.md", root/"CHANGELOG.md") if p.exists()), *sorted((root/"course").glob("*.md")), *sorted((root/"perf").glob("*.md"))]


def cells_of(path:Path)->list[dict]:
    if path.suffix == ".md": return [dict(cell_type="markdown", source=path.read_text(encoding="utf-8"))]
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def headings(path:Path)->set[str]: # as GitHub and Jupyter name them
    found = set()
    for cell in cells_of(path):
        if cell["cell_type"] != "markdown": continue
        for title in re.findall(r"^#{1,6} +(.+?)\s*#*$", CODE.sub(lambda m: m.group() if "\n" not in m.group() else "", "".join(cell["source"])), re.M):
            plain = re.sub(r"[`*]", "", title)
            found |= {re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"), plain.replace(" ", "-").lower(), plain.replace(" ", "-")}
    return found


def dead_links(root:Path)->list[str]:
    "Links to files and headings of the repository that are not there"
    faults = []
    for path in pages(root):
        for cell in cells_of(path):
            if cell["cell_type"] != "markdown": continue
            for m in LINK.finditer(CODE.sub(" ", "".join(cell["source"]))):
                target, _, anchor = unquote(m[3]).partition("#")
                if re.match(r"[a-z][a-z0-9+.-]*:", target, re.I):
                    if target.startswith("attachment:") and target[11:] not in cell.get("attachments", {}): faults.append(f"{path.relative_to(root)}: {m[3]} is not attached to its cell")
                    continue
                there = path if not target else path.parent/target
                if not there.exists(): faults.append(f"{path.relative_to(root)}: [{m[2][:40]}]({m[3]}) leads nowhere")
                elif anchor and there.suffix in (".md", ".ipynb") and anchor not in headings(there): faults.append(f"{path.relative_to(root)}: [{m[2][:40]}]({m[3]}): {there.name} has no heading {anchor!r}")
    return faults


def alt_texts(root:Path)->list[str]:
    "Pictures without words: an empty alternative text; a figure that no `#| fig-alt:` and no *caption* under it describes"
    faults = []
    for path in pages(root):
        cells = cells_of(path)
        for k, cell in enumerate(cells):
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                plain = CODE.sub(" ", text)
                faults += [f"{path.relative_to(root)}: the picture {m[3][:60]} has no alternative text" for m in LINK.finditer(plain) if m[1] and not m[2].strip()]
                faults += [f"{path.relative_to(root)}: {m.group()[:60]} has no alternative text" for m in IMAGE.finditer(plain) if not re.search(r"\balt=[\"'][^\"']+", m.group())]
            elif any(kind in o.get("data", {}) for o in cell.get("outputs", []) for kind in PICTURES):
                below = "".join(cells[k + 1]["source"]).lstrip() if k + 1 < len(cells) and cells[k + 1]["cell_type"] == "markdown" else ""
                if not re.search(r"^#\|\s*fig-alt:\s*\S", text, re.M) and not re.match(r"\*[^*]", below):
                    faults.append(f"{path.relative_to(root)}: the figure of cell {cell.get('id')} has no words: add a line '#| fig-alt: what it shows' to the cell, or a *caption* under it")
    return faults


if __name__ == "__main__":
    found = dead_links(ROOT) + alt_texts(ROOT)
    print("\n".join(found) or "every link leads somewhere, every picture has words"); sys.exit(1 if found else 0)
