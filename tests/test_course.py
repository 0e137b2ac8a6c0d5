"Student versions hold no solution and run with untouched stubs; instructor versions pass"
import json
import re
import zipfile
from pathlib import Path

import course
import pytest

from ioa_nb.exercises import exercises_of, chapters, read_exercises, read_notebook, role

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("build")/"course"
    return out, course.build(out)


def books(out, who): return {p.stem.split("_", 1)[1]: p for p in sorted((out/who).glob("session-*/*.ipynb"))}


def test_every_session_is_there(built):
    out, lines = built
    assert len(lines) == sum(map(len, course.SESSIONS.values()))
    assert {p.name for p in out.glob("*.zip")} == {f"{who}-session-{n}.zip" for who in ("students", "instructors") for n in course.SESSIONS}
    assert set(chapters()) <= set(books(out, "students"))


def test_students_see_no_solution(built):
    for chapter, path in books(built[0], "students").items():
        text = path.read_text()
        assert "<!-- solution" not in text and "<!-- instructor" not in text
        if chapter not in chapters(): continue
        notebook, original = read_notebook(path), read_exercises(read_notebook(course.chapter_paths()[chapter]))
        found = read_exercises(notebook)
        assert set(found) == set(exercises_of(chapter))
        for name, e in found.items():
            assert e.prompt and e.check and e.stub == original[name].stub and not e.solution
            long = [line for line in original[name].solution.splitlines() if len(line) > 30 and not line.startswith("def ") and line not in original[name].prompt + original[name].stub]
            shown = [line for line in long if json.dumps(line)[1:-1] in text]        # a line may be the chapter's own as well
            assert json.dumps(original[name].solution)[1:-1] not in text and (len(shown) < len(long) or not long), name
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and role(cell)[0]: assert not cell["outputs"] and cell["execution_count"] is None


def test_instructors_have_the_solutions_in_place(built):
    for chapter, path in books(built[0], "instructors").items():
        if chapter not in chapters(): continue
        for name, e in read_exercises(read_notebook(path)).items():
            assert e.solution and e.solution in e.stub, name


def test_nothing_that_takes_hours_is_run(built):
    for who in ("students", "instructors"):
        for path in books(built[0], who).values():
            assert not any(c["cell_type"] == "code" and course.SKIPPED.search(c["source"]) for c in read_notebook(path)["cells"])


def test_notebooks_are_valid(built):
    import nbformat
    for who in ("students", "instructors"):
        for path in books(built[0], who).values(): nbformat.validate(nbformat.read(path, as_version=4))


def test_what_a_chapter_reads_is_packed(built):
    assert "session-7/runs/rank/summaries.json" in zipfile.ZipFile(built[0]/"students-session-7.zip").namelist()


def test_building_twice_gives_the_same_zips(built, tmp_path):
    course.build(tmp_path/"again")
    for path in sorted(built[0].glob("*.zip")): assert path.read_bytes() == (tmp_path/"again"/path.name).read_bytes()


@pytest.mark.parametrize("who, expected", [("students", "not attempted"), ("instructors", "correct")])
def test_one_version_runs_from_top_to_bottom(built, who, expected, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert course.run(books(built[0], who)[course.QUICKEST]) == [expected] * 3


def test_the_syllabus_names_the_sessions_chapters():
    text = (ROOT/"course"/"syllabus.md").read_text()
    for number, names in course.SESSIONS.items():
        part = text.split(f"## Session {number}")[1].split("\n## ")[0]
        for name in names: assert course.chapter_paths()[name].stem[:3].rstrip("_") in part, (number, name)


def test_every_outcome_has_an_exercise():
    text, known = (ROOT/"course"/"outcomes.md").read_text(), [n for c in chapters() for n in exercises_of(c)]
    assert [n for n in known if f"`{n}`" not in text] == []


def test_every_break_it_asks_first():
    "Predict, then run: a question in the cell, and the next cell runs"
    for path in sorted((ROOT/"nbs").rglob("*.ipynb")):
        cells = read_notebook(path)["cells"]
        for cell, following in zip(cells, [*cells[1:], None]):
            if cell["cell_type"] != "markdown" or not re.search(r"^(\*\*|#+ )Break it", cell["source"], re.M): continue
            asked = re.split(r"(?m)^(?:\*\*|#+ )Break it", cell["source"])[1]
            assert "predict" in asked.lower(), f"{path.name}: {asked[:60]!r} asks for no prediction"
            assert following and following["cell_type"] == "code", f"{path.name}: nothing runs after {asked[:60]!r}"
