"""`make course`: student and instructor versions of the chapters, a zip a session, and notes with all answers.

    python tools/course.py                  # builds course/_build
    python tools/course.py --run [CHAPTER]  # runs built versions from top to bottom, without an argument the quickest; all: every one

A student version has the prompts, stubs and checks, and neither solutions nor notes to instructors; what its exercises
print is cleared; cells that are not meant to be run (`#| slow`, `#| net`) are shown as text. An instructor version has the
solutions in the places of the stubs.
"""
import contextlib
import copy
import json
import re
import shutil
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT/"course"/"_build"
SKIPPED = re.compile(r"^#\|\s*(slow|net|eval:\s*false)\b", re.M)
SESSIONS = {                                                # as course/syllabus.md has them
    1: ("core", "classroom"), 2: ("models", "mastery"), 3: ("losses",), 4: ("training",), 5: ("identifier",), 6: ("organizer", "gates"), 7: ("adapter", "synthesis"),
    8: ("rounds", "study", "read_a_run")}
BESIDE = ("one_round_by_hand", "equation_to_code")          # in the pack for those who go on, with every other chapter that has exercises
QUICKEST = "core"


def chapter_paths()->dict[str, Path]: # name -> notebook
    return {p.stem.split("_", 1)[1]: p for p in sorted((ROOT/"nbs").glob("[0-9]*.ipynb"))} | {p.stem: p for p in sorted((ROOT/"nbs"/"howto").glob("*.ipynb"))}


def packs()->dict[str, tuple[str, ...]]: # name of a zip -> chapters in it
    "The eight sessions, and what goes on after them"
    from ioa_nb.exercises import chapters
    placed, order = {c for cs in SESSIONS.values() for c in cs}, list(chapter_paths())
    return {f"session-{n}": cs for n, cs in SESSIONS.items()} | {"going-on": (*BESIDE, *sorted(set(chapters()) - placed, key=order.index))}


def _cleared(cell): return dict(cell, outputs=[], execution_count=None)


def _as_text(cell): # a cell that takes hours is read, not run
    source = cell["source"]
    return dict(cell_type="markdown", id=cell.get("id", "text"), metadata={}, source="This cell takes long or needs a network, and is not run here:\n\n```python\n" + source + "\n```")


def student_version(notebook:dict)->dict: # as from `read_notebook`; a new one
    "Solutions and instructors' notes out, exercises' outputs cleared"
    from ioa_nb.exercises import role
    cells, inside = [], False
    for cell in copy.deepcopy(notebook["cells"]):
        what, _ = role(cell)
        if what in ("solution", "instructor"): continue
        inside = what == "stub" or inside and what == ""
        if cell["cell_type"] == "code":
            if SKIPPED.search(cell["source"]): cell = _as_text(cell)
            elif what in ("stub", "check") or inside: cell = _cleared(cell)
        cells.append(cell)
    return dict(notebook, cells=cells)


def instructor_version(notebook:dict)->dict: # as from `read_notebook`; a new one
    "Solutions in the stubs' places; the rest stays"
    from ioa_nb.exercises import read_exercises, role
    there, cells = read_exercises(notebook), []
    for cell in copy.deepcopy(notebook["cells"]):
        what, name = role(cell)
        if what == "stub": cell = dict(_cleared(cell), source=f"#| exercise {name}\n{there[name].solution}")
        elif what == "check": cell = _cleared(cell)
        elif cell["cell_type"] == "code" and SKIPPED.search(cell["source"]): cell = _as_text(cell)
        cells.append(cell)
    return dict(notebook, cells=cells)


def needed(notebook:dict)->list[Path]: # files and folders below nbs
    "What a chapter reads: recorded runs and pictures"
    text = "\n".join(c["source"] for c in notebook["cells"])
    found = dict.fromkeys(re.findall(r"\b((?:runs|images)/[\w-]+(?:\.\w+)?)", text))
    return [p for name in found if (p := ROOT/"nbs"/name).exists()]


def _write(notebook, path): path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _zip(folder, path): # the same bytes for the same files
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(str(Path(folder.name)/file.relative_to(folder)), (2026, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            out.writestr(info, file.read_bytes(), zipfile.ZIP_DEFLATED)


def notes()->str: # Markdown
    "For instructors: what each exercise is after, what goes wrong, and its solution with the reason"
    from ioa_nb.exercises import read_notebook, role
    parts = ["# Notes with all answers\n\nMade by `make course` from `nbs/checks` and the chapters; not for learners."]
    for path in sorted((ROOT/"nbs"/"checks").glob("*.ipynb")):
        about = next(c["source"] for c in read_notebook(path)["cells"] if c["cell_type"] == "markdown")
        parts.append(about.replace("# ", "## ", 1))
        for cell in read_notebook(ROOT/"nbs"/path.name)["cells"]:
            what, name = role(cell)
            if what == "solution": parts.append(f"### `{name}`\n\n" + re.sub(r"<!--.*?-->|</?details>|<summary>.*?</summary>", "", cell["source"]).strip())
    return "\n\n".join(parts) + "\n"


def handout(pack:str)->str: # Markdown
    "What a learner reads first: how to work, and the session by the clock"
    syllabus = (ROOT/"course"/"syllabus.md").read_text(encoding="utf-8")
    title = r"# For those who go on" if pack == "going-on" else rf"## Session {pack.split('-')[1]}:"
    found = re.search(rf"^{title}.*?(?=^#|\Z)", syllabus, re.M | re.S)
    return (ROOT/"course"/"handout.md").read_text(encoding="utf-8") + "\n" + found[0].strip() + "\n"


def build(out:Path=BUILD)->list[str]: # lines that say what was built
    "Student and instructor versions of every session, a zip of each, and the notes"
    from ioa_nb.exercises import read_exercises, read_notebook
    shutil.rmtree(out, ignore_errors=True)
    paths, lines = chapter_paths(), []
    for pack, chapters in packs().items():
        for who, version in (("students", student_version), ("instructors", instructor_version)):
            folder = out/who/pack
            for chapter in chapters:
                notebook, place = read_notebook(paths[chapter]), folder/paths[chapter].relative_to(ROOT/"nbs")
                place.parent.mkdir(parents=True, exist_ok=True)
                _write(version(notebook), place)
                for source in needed(notebook):
                    target = folder/source.relative_to(ROOT/"nbs")
                    if target.exists(): continue
                    target.parent.mkdir(parents=True, exist_ok=True)
                    (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
                if who == "students": lines.append(f"{pack}: {paths[chapter].name}, {len(read_exercises(notebook))} exercises")
            (folder/"READ_ME.md").write_text(handout(pack), encoding="utf-8")
            _zip(folder, out/f"{who}-{pack}.zip")
    (out/"instructors"/"notes.md").write_text(notes(), encoding="utf-8")
    return lines


def run(path:Path)->list[str]: # what its checks say, in their order
    "Runs a built version from top to bottom; raises what a cell raises"
    from execnb.shell import CaptureShell
    from ioa_nb.exercises import read_notebook, role
    shell, said = CaptureShell(path=str(path.parent)), []
    for cell in read_notebook(path)["cells"]:
        if cell["cell_type"] != "code": continue
        with contextlib.chdir(path.parent): outputs = shell.run(cell["source"])
        if shell.exc: raise shell.exc from None
        if role(cell)[0] == "check": said.append(next("".join(o["data"]["text/plain"]) for o in reversed(outputs) if "text/plain" in o.get("data", {})))
    return said


def main(arguments:list[str])->int:
    if arguments[:1] != ["--run"]:
        for line in build(): print(line)
        print(f"built in {BUILD.relative_to(ROOT)}")
        return 0
    paths, failed = chapter_paths(), 0
    wanted = [c for cs in packs().values() for c in cs] if arguments[1:] == ["all"] else arguments[1:] or [QUICKEST]
    if odd := [c for c in wanted if c not in paths]: print(f"no chapter {odd[0]!r}; there are {', '.join(paths)}"); return 2
    for chapter in wanted:
        for who, expected in (("students", "not attempted"), ("instructors", "correct")):
            path = next((BUILD/who).rglob(paths[chapter].name), None)
            if path is None: print(f"{chapter} is not built; run tools/course.py first"); return 2
            started = time.monotonic()
            try: said = run(path)
            except Exception as error: failed += 1; print(f"FAIL {who}: {path.name}: {type(error).__name__}: {error}", flush=True); continue
            failed += (bad := any(s != expected for s in said))
            print(f"{'FAIL' if bad else 'ok':4} {who}: {path.name}: {', '.join(said) or 'no exercises'} ({time.monotonic() - started:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__": raise SystemExit(main(sys.argv[1:]))
