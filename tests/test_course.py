"Student versions hold no solution and run with untouched stubs; instructor versions pass"
import json
import re
import zipfile
from pathlib import Path

import course
import pytest

from ioa_nb.exercises import chapters, exercises_of, read_exercises, read_notebook, role
from ioa_nb.identifier import gap
from ioa_nb.mastery import wilson
from ioa_nb.quiz import read_key
from ioa_nb.study import interval

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("build")/"course"
    return out, course.build(out)


def books(out, who): return {p.stem if p.parent.name == "howto" else p.stem.split("_", 1)[1]: p for p in sorted((out/who).rglob("*.ipynb"))}


def test_every_session_is_there(built):
    out, lines = built
    assert len(lines) == sum(map(len, course.packs().values())) == len(books(out, "students")) == len(books(out, "instructors"))
    assert {p.name for p in out.glob("*.zip")} == {f"{who}-{pack}.zip" for who in ("students", "instructors") for pack in course.packs()}
    assert set(chapters()) <= set(books(out, "students")) and list(course.packs())[:-1] == [f"session-{n}" for n in range(1, 9)]


def test_the_notes_have_every_answer(built):
    text = (built[0]/"instructors"/"notes.md").read_text()
    for chapter in chapters():
        for name, e in read_exercises(read_notebook(course.chapter_paths()[chapter])).items(): assert f"### `{name}`" in text and e.solution in text
    assert "Talking points" in text


@pytest.mark.parametrize("pack", course.packs())
def test_a_learner_is_told_how_to_begin(built, pack):
    text = (built[0]/"students"/pack/"READ_ME.md").read_text()
    assert "pip install" in text and "jupyter lab" in text and (pack == "going-on" or "**Goals:**" in text and "| 0:00 |" in text)
    assert f"{pack}/READ_ME.md" in zipfile.ZipFile(built[0]/f"students-{pack}.zip").namelist()


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


SESSION = re.compile(r"^## ((?:Session \d|Short [ABC]): .*?)$(.*?)(?=^#|\Z)", re.M | re.S)
ROW = re.compile(r"^\| (\d):(\d\d) \| (\d+) \| (.*?) \| (.*?) \|$", re.M)


def sessions(): return SESSION.findall((ROOT/"course"/"syllabus.md").read_text())


def headings(name): # of a chapter, or of a how-to
    return {line[3:].strip() for c in read_notebook(name)["cells"] if c["cell_type"] == "markdown" for line in c["source"].splitlines() if line.startswith("## ")}


@pytest.mark.parametrize("title, text", sessions(), ids=[t.split(":")[0] for t, _ in sessions()])
def test_a_session_is_ninety_minutes_by_the_clock(title, text):
    rows, now = ROW.findall(text), 0
    assert len(rows) == len(re.findall(r"^\| \d", text, re.M)) >= 5, "a row that cannot be read"
    for hour, minute, minutes, _, cells in rows:
        assert 60 * int(hour) + int(minute) == now, f"{title}: the clock is at {now} minutes, the table says {hour}:{minute}"
        now += int(minutes)
        for part in cells.split("; ") if cells != "none" else ():
            place, heading = part.split(" § ")
            path = ROOT/"nbs"/f"{place}.ipynb" if "/" in place else next((ROOT/"nbs").glob(f"{place}_*.ipynb"))
            assert heading in headings(path), f"{path.name} has no section {heading!r}"
    assert now == 90
    assert "**Goals:**" in text and "*Usually goes wrong:*" in text


def test_there_are_eight_sessions_and_a_short_form_of_three(): assert [t.split(":")[0] for t, _ in sessions()] == [*(f"Session {n}" for n in range(1, 9)), "Short A", "Short B", "Short C"]


def test_the_syllabus_names_the_sessions_chapters():
    for number, names in course.SESSIONS.items():
        text = next(text for title, text in sessions() if title.startswith(f"Session {number}:"))
        for name in names: assert (course.chapter_paths()[name].stem if name in ("read_a_run",) else course.chapter_paths()[name].stem.split("_")[0]) in text, (number, name)


@pytest.mark.parametrize("page", ["syllabus", "outcomes", "instructors"])
def test_every_exercise_that_is_named_is_there(page):
    known = {n for c in chapters() for n in exercises_of(c)}
    named = set(re.findall(r"`((?:" + "|".join(chapters()) + r")\.\w+)`", (ROOT/"course"/f"{page}.md").read_text()))
    assert named <= known and (named or page == "instructors"), named - known


def quiz(): # number -> (what it is about, question, options)
    text = (ROOT/"course"/"quiz.md").read_text()
    return {n: (about, body.split("\n- a)")[0].strip(), dict(re.findall(r"^- ([a-d])\) (.+)$", body, re.M))) for n, about, body in re.findall(r"^### (\d+) · ([^\n]+)\n(.*?)(?=^### |\Z)", text, re.M | re.S)}


def test_the_quiz_has_fifteen_questions_with_one_answer_each():
    key, asked = read_key(ROOT/"course"/"quiz_key.csv"), quiz()
    assert list(asked) == list(key) == [str(n) for n in range(1, 16)]
    for n, (_, question, options) in asked.items(): assert question and list(options) == list("abcd") and key[n] in options and len(set(options.values())) == 4
    assert max(map(list(key.values()).count, "abcd")) <= 6 and min(map(list(key.values()).count, "abcd")) >= 2     # no letter is a good guess


def test_the_quiz_reckons_rightly():
    asked, key = quiz(), read_key(ROOT/"course"/"quiz_key.csv")
    assert f"{gap(0.5, 0.3):.2f}" in asked["1"][2][key["1"]] and gap(0.5, 0.3) > gap(1.0, 0.75)
    assert f"{wilson(10, 10)[0]:.2f}" in asked["2"][2][key["2"]]
    mean, half = interval([0.03 - 0.02, 0.03, 0.03 + 0.02])
    assert mean - half < 0 < mean


def test_the_rubrics_are_whole():
    text = (ROOT/"course"/"projects.md").read_text()
    for project in re.split(r"^## Project ", text, flags=re.M)[1:]:
        rows = re.findall(r"^\| (\w+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", project.split("## For whoever")[0], re.M)
        assert len(rows) == 5 and f"{3 * len(rows)} points" in project


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


def test_the_reading_times_are_those_of_the_prose():
    "200 words a minute, prompts of exercises included, solutions not; to two minutes, for chapters grow"
    for title, text in sessions()[:8]:
        for number, minutes in re.findall(r"\b(\d\d[a-z]?) \((\d+)(?: minutes' reading)?\)", text.split("**Goals")[0]):
            path = next((ROOT/"nbs").glob(f"{number}_*.ipynb"))
            words = sum(len(c["source"].split()) for c in read_notebook(path)["cells"] if c["cell_type"] == "markdown" and role(c)[0] != "solution")
            assert abs(words / 200 - int(minutes)) <= 2, f"{title}: {path.name} has {words / 200:.0f} minutes' reading, not {minutes}"
