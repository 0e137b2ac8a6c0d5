"""`make site`: the book as pages in `_site/`, which ask no other host for anything.

Chapters are shown as they were run (`make book`); the reference comes from signatures, their comments (docments) and
docstrings. What a browser needs besides (MathJax, require.js, the manager of widgets) is taken from npm once and laid
beside the pages.
"""
import contextlib
import html
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))       # this checkout, whatever is installed
import nbformat  # noqa: E402
from check import ORDER, ROOT, exports_to, modules, notebooks  # noqa: E402

BUILD, OUT = ROOT/"build"/"site", ROOT/"_site"
PARTS = {"Distillation without pedagogy": range(0, 6), "IOA": range(6, 11), "Measuring": range(11, 15), "Using it": range(15, 100)}
JAVASCRIPT = {"requirejs@2.3.8": {"require.js": ["require.js"]}, "@jupyter-widgets/html-manager@1.0.15": {"dist/embed-amd.js": ["embed-amd.js"],
                  r"dist/[0-9a-f]{20}\.(woff2|woff|ttf)": ["@jupyter-widgets/html-manager/dist/", "@jupyter-widgets/"]},       # the file holds the manager twice, and each half looks for its fonts beside its own name
              "mathjax@3.2.2": {"es5/tex-mml-chtml.js": ["mathjax/tex-mml-chtml.js"], "es5/output/chtml/fonts/": ["mathjax/output/chtml/fonts/"], **{f"es5/{part}/": [f"mathjax/{part}/"] for part in ("input", "a11y", "sre")}}}
ALT = re.compile(r"^#\|\s*fig-alt:\s*(.+)$", re.M)
HIDDEN = re.compile(r"^#\|\s*(hide|default_exp)\b", re.M)
LINK = re.compile(r"\]\((?!\w+:|#|/)([^)#\s]+)(#[^)\s]*)?\)")
CODE = re.compile(r"(?<![`\[])`([A-Za-z_][\w.]*)(\(\))?`(?![`\]])")


class Missing(Exception):
    "Something that `make site` needs is not here"


# -- what the browser needs ----------------------------------------------------------------------------------------

def fetch_javascript(into:Path)->None: # a folder that is kept between two builds
    "Unpacks what is wanted of each package; asks npm only for what is not there yet"
    done = into/"done.json"
    if done.exists() and json.loads(done.read_text()) == JAVASCRIPT: return
    if not shutil.which("npm"): raise Missing("npm was not found, and MathJax, require.js and the manager of widgets come from it; install it (Debian: apt-get install npm), then make site again")
    shutil.rmtree(into, ignore_errors=True)
    packed = into/"packed"; packed.mkdir(parents=True)
    for name, wanted in JAVASCRIPT.items():
        ran = subprocess.run(["npm", "pack", "--silent", "--pack-destination", str(packed), name], capture_output=True, text=True, cwd=into)
        if ran.returncode: raise Missing(f"npm could not fetch {name}: {' '.join((ran.stderr or ran.stdout).split())[:300] or 'no reason given'}")
        unpack(packed/ran.stdout.split()[-1], into, wanted)
    shutil.rmtree(packed)
    done.write_text(json.dumps(JAVASCRIPT))


def unpack(archive:Path, into:Path, wanted:dict[str, list[str]])->None: # `wanted`: file, folder with a slash or pattern, in the package -> places beside the pages
    with tarfile.open(archive) as tar:
        for member in tar:
            name = member.name.removeprefix("package/")
            here = next((h for h in wanted if h.endswith("/") and name.startswith(h) or re.fullmatch(h, name)), None)
            if here is None or not member.isfile(): continue
            for there in wanted[here]:
                to = into/there/(name.removeprefix(here) if here.endswith("/") else Path(name).name if there.endswith("/") else "")
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(tar.extractfile(member).read())


# -- chapters ------------------------------------------------------------------------------------------------------

def described(svg:str)->str: # what is written in a picture, for who cannot see it
    words = dict.fromkeys(html.unescape(re.sub(r"<[^>]+>", "", t)).strip() for t in re.findall(r"<text[^>]*>(.*?)</text>", svg, re.S))
    said = [w for w in words if w and not re.fullmatch(r"[−\-+\d.,\s%]+", w)]
    return ("a picture with the words: " + ", ".join(said) if said else "a picture without words")[:400].replace("\n", " ")


def moved(link:re.Match, path:Path, pages:set[Path], git:str)->str: # a link of a notebook or text, as the site writes it
    to = (path.parent/link[1]).resolve()
    if to in pages: return f"]({os.path.relpath(BUILD/'pages'/to.relative_to(ROOT), (BUILD/'pages'/path.relative_to(ROOT)).parent)}{link[2] or ''})"
    if to.exists() and to.is_relative_to(ROOT): return f"]({git}/{'tree' if to.is_dir() else 'blob'}/main/{to.relative_to(ROOT)}{link[2] or ''})"
    return link[0]


def linked(source:str, names:dict[str, str], here:str)->str: # names of the package in prose, with their entry in the reference
    out, fenced, seen = [], False, set()
    for line in source.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        def to(m):
            if m[1] not in names or m[1] in seen: return m[0]
            seen.add(m[1]); return f"[{m[0]}]({here}{names[m[1]]})"
        out.append(line if fenced or line.startswith("#") or "](" in line else CODE.sub(to, line))
    return "\n".join(out)


def stage_notebook(path:Path, to:Path, pages:set[Path], names:dict[str, str], git:str)->None:
    "A copy without hidden cells and directives, pictures described"
    nb = nbformat.read(path, as_version=4)
    up = "../" * len(path.relative_to(ROOT).parts[:-1])
    nb.cells = [c for c in nb.cells if c.source.strip() and not (c.cell_type == "code" and HIDDEN.search(c.source))]
    for cell in nb.cells:
        if cell.cell_type == "markdown": cell.source = linked(LINK.sub(lambda m: moved(m, path, pages, git), cell.source), names, up + "reference/")
        if cell.cell_type != "code": continue
        source, cell.source = cell.source, re.sub(r"^#\|\s*(export|exporti|exports|exec_doc|fig-alt:)(?!\w).*\n?", "", cell.source, flags=re.M).strip("\n")
        pictures = ["".join(o.data["image/svg+xml"]) for o in cell.outputs if "image/svg+xml" in o.get("data", {})]
        if pictures: cell.metadata["mystnb"] = dict(image=dict(alt=said[1].strip() if (said := ALT.search(source)) else "; ".join(map(described, pictures))))
    to.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, to)


def stage_text(path:Path, to:Path, pages:set[Path], git:str)->None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(LINK.sub(lambda m: moved(m, path, pages, git), path.read_text(encoding="utf-8")), encoding="utf-8")


# -- the reference -------------------------------------------------------------------------------------------------

def public(module)->list[str]: return [n for n in getattr(module, "__all__", ()) if not n.startswith("_") and hasattr(module, n)]


def members(kind:type)->list[tuple[str, object]]: # what a class itself adds, by name
    found = [(n, v.__func__ if isinstance(v, (classmethod, staticmethod)) else v) for n, v in vars(kind).items() if not n.startswith("_")]
    return [(n, v) for n, v in found if inspect.isfunction(v) or isinstance(v, property)]


def signature(thing)->str: # as code, a comment a parameter
    from nbdev.showdoc import BasicMarkdownRenderer, show_doc
    with contextlib.redirect_stdout(io.StringIO()): found = re.search(r"```python\n.*?\n```", show_doc(thing, renderer=BasicMarkdownRenderer)._repr_markdown_(), re.S)
    return found[0] if found else ""


def words_of(thing)->str: # its own docstring
    doc = inspect.cleandoc(thing.__doc__ or "") if isinstance(getattr(thing, "__doc__", None), str) else ""
    return "" if re.match(r"\w+\(", doc) else doc


def entry(module:str, name:str, thing)->str: # markdown
    parts = [f"({anchor(module, name, thing)})=\n## {name}"]
    if inspect.isclass(thing) or inspect.isroutine(thing):
        protocol = getattr(thing, "_is_protocol", False)
        parts += [words_of(thing), "" if protocol else signature(thing)]
        if inspect.isclass(thing):
            for n, member in members(thing):
                shown = f"{words_of(member)}\n\n" + (signature(member.fget).replace("```python\n", "```python\n@property\n") if isinstance(member, property) else signature(member))
                parts += [f"### {name}.{n}", shown]
    else: parts.append(f"```python\n{name} = {shortened(thing)}\n```")
    return "\n\n".join(p for p in parts if p.strip())


def shortened(value, most:int=300)->str:
    said = re.sub(r" at 0x[0-9a-f]+", "", repr(value)).replace(str(ROOT), "...")
    return said if len(said) <= most else said[:most] + " ..."


def anchor(module:str, name:str, thing)->str: # names are told apart by their letters' case, anchors are not
    return "-".join(["class" if inspect.isclass(thing) else "value" if name.isupper() else "name", *re.sub(r"\W+", "-", f"{module}-{name}").lower().split("-")])


def load_modules()->dict[str, object]: # dotted name below the package -> module, in the order of the house
    import importlib
    names = sorted(modules(ROOT), key=lambda n: (ORDER.index(n.split(".")[0]), n))
    return {n: importlib.import_module(f"ioa_nb.{n}") for n in names}


def where(loaded:dict[str, object])->dict[str, str]: # name in prose -> page and anchor; a name that two modules have is nobody's
    owners = {}
    for module, it in loaded.items():
        for name in public(it): owners.setdefault(name, []).append(module)
    return {n: f"{ms[0]}.md#{anchor(ms[0], n, getattr(loaded[ms[0]], n))}" for n, ms in owners.items() if len(ms) == 1 and len(n) > 2}


def stage_reference(folder:Path, loaded:dict[str, object], chapters:dict[str, Path])->None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, module in loaded.items():
        chapter = chapters.get(name)
        told = f"Explained in [{title_of(chapter)}](../{chapter.relative_to(ROOT)})." if chapter else ""
        (folder/f"{name}.md").write_text("\n\n".join([f"# {name}", f"```python\nimport ioa_nb.{name}\n```", words_of(module), told, *(entry(name, n, getattr(module, n)) for n in public(module))]) + "\n", encoding="utf-8")
    rows = "\n".join(f"| [`{n}`]({n}.md) | {first_line(m)} |" for n, m in loaded.items())
    (folder/"index.md").write_text(f"# Reference\n\nWhat each module offers: signatures, a comment a parameter, as they stand in the code.\n\n| module | about |\n|---|---|\n{rows}\n\n{toctree('Reference', loaded, hidden=True)}\n", encoding="utf-8")


def first_line(thing)->str: return words_of(thing).split("\n")[0].replace("|", "\\|")


# -- the whole -----------------------------------------------------------------------------------------------------

def title_of(path:Path)->str:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown" and (found := re.search(r"^#\s+(.+)", "".join(cell["source"]), re.M)): return found[1].strip()
    return path.stem


def toctree(caption:str, entries, hidden:bool=True, depth:int=1)->str:
    return f"```{{toctree}}\n:caption: {caption}\n:maxdepth: {depth}\n{':hidden:' if hidden else ''}\n\n" + "\n".join(entries) + "\n```"


def chapters_of(root:Path)->list[Path]: # what is read; hidden cases of exercises are not
    return [p for p in notebooks(root) if "checks" not in p.relative_to(root).parts]


def stage_index(to:Path, chapters:list[Path])->None: # the front page: the notebook's, then the table of contents
    nb = nbformat.read(to, as_version=4)
    doc = lambda p: str(p.relative_to(ROOT/"nbs").with_suffix(""))
    number = lambda p: int(found[0]) if (found := re.match(r"\d+", p.name)) else None
    trees = [toctree(part, [doc(p) for p in chapters if p.parent.name == "nbs" and number(p) is not None and number(p) in span]) for part, span in PARTS.items()]
    trees += [toctree("How to", [doc(p) for p in chapters if p.parent.name == "howto"]),
              toctree("For instructors", ["../course/README", *(f"../course/{p.stem}" for p in sorted((ROOT/"course").glob("*.md")) if p.stem != "README")]), toctree("Reference", ["../reference/index", "../CHANGELOG"])]
    nb.cells.append(nbformat.v4.new_markdown_cell("\n\n".join(trees), id="contents"))
    nbformat.write(nb, to)


def settings(git:str)->dict:
    scripts = {"browser/require.js": {}, "browser/embed-amd.js": {}}
    return dict(project="ioa_nb", author="The ioa_nb authors", copyright="2026 onwards, The ioa_nb authors", language="en", extensions=["myst_nb"], root_doc="nbs/index", exclude_patterns=["_*"],
                html_theme="sphinx_book_theme", html_title="ioa_nb", html_static_path=["_static"], html_css_files=["website.css"], html_js_files=[("website.js", dict(priority=50))], html_favicon="_static/website.svg", html_context=dict(default_mode="auto"), html_show_sphinx=False,
                html_theme_options=dict(repository_url=git, path_to_docs="nbs", use_repository_button=True, use_download_button=True, use_fullscreen_button=False, show_navbar_depth=1, home_page_in_toc=True, navbar_persistent=[]),
                nb_execution_mode="off", nb_ipywidgets_js=scripts, nb_output_stderr="remove", nb_merge_streams=True, mathjax_path="browser/mathjax/tex-mml-chtml.js",
                myst_enable_extensions=["dollarmath", "amsmath", "html_image", "strikethrough"], myst_heading_anchors=3, myst_dmath_allow_digits=True, suppress_warnings=["mystnb.unknown_mime_type", "misc.highlighting_failure", "myst.header"])


def stage(git:str)->None:
    "Everything that is made into pages, in `build/site/pages`"
    pages = BUILD/"pages"
    shutil.rmtree(pages, ignore_errors=True)
    chapters, texts = chapters_of(ROOT), [ROOT/"CHANGELOG.md", *sorted((ROOT/"course").glob("*.md"))]
    loaded = load_modules()
    names, known = where(loaded), {*chapters, *texts}
    for path in chapters: stage_notebook(path, pages/path.relative_to(ROOT), known, names, git)
    for path in texts: stage_text(path, pages/path.relative_to(ROOT), known, git)
    if (ROOT/"nbs"/"images").is_dir(): shutil.copytree(ROOT/"nbs"/"images", pages/"nbs"/"images")
    stage_reference(pages/"reference", loaded, {e: p for p in notebooks(ROOT) if (e := exports_to(p)) and p in known})
    stage_index(pages/"nbs"/"index.ipynb", chapters)
    (pages/"_static").mkdir()
    for kind in ("css", "js", "svg"): shutil.copy(Path(__file__).with_suffix(f".{kind}"), pages/"_static")
    shutil.copytree(BUILD/"browser", pages/"_static"/"browser", ignore=shutil.ignore_patterns("done.json"))


def build(git:str, quiet:bool=True)->int: # warnings
    from sphinx.application import Sphinx
    from sphinx.util.console import nocolor
    from sphinx.util.docutils import docutils_namespace, patch_docutils
    said = io.StringIO()
    nocolor()
    shutil.rmtree(BUILD/"html", ignore_errors=True)
    with patch_docutils(), docutils_namespace():
        app = Sphinx(str(BUILD/"pages"), None, str(BUILD/"html"), str(BUILD/"doctrees"), "html", confoverrides=settings(git), status=None if quiet else sys.stdout, warning=said, freshenv=True, parallel=os.cpu_count() or 1)
        app.build(force_all=True)
    warnings = [line for line in said.getvalue().splitlines() if line.strip()]
    print(*warnings, sep="\n", file=sys.stderr)
    (BUILD/"html"/"index.html").write_text('<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>ioa_nb</title><meta http-equiv="refresh" content="0; url=nbs/index.html"><a href="nbs/index.html">ioa_nb</a></html>\n', encoding="utf-8")
    shutil.rmtree(OUT, ignore_errors=True)                      # the old one stands until the new one is whole
    (BUILD/"html").rename(OUT)
    return len(warnings)


def main()->int:
    started = time.monotonic()
    from configparser import ConfigParser
    config = ConfigParser(interpolation=None); config.read(ROOT/"settings.ini", encoding="utf-8")
    try:
        fetch_javascript(BUILD/"browser")
        stage(config["DEFAULT"]["git_url"])
    except Missing as error: print(f"make site: {error}", file=sys.stderr); return 2
    warnings = build(config["DEFAULT"]["git_url"])
    print(f"{len(list(OUT.rglob('*.html')))} pages in {OUT.name}/ ({time.monotonic() - started:.0f} s)" + (f"; {warnings} warnings, above" if warnings else ""))
    return 0


if __name__ == "__main__": raise SystemExit(main())
