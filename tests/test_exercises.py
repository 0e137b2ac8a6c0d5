"""Every exercise of every chapter: the stub does not pass and does not raise, the solution does, wrong answers get a line that helps.

The wrong answers lie in `tests/exercises/CHAPTER.py`, each below a line `# %% exercise: part of the line that helps`.
"""
import re
from pathlib import Path

import pytest

from ioa_nb.exercises import KINDS, chapters, collect, exercises_of, find_exercise, mark, read_exercises, read_notebook, role, run_answer, same, plain

ROOT = Path(__file__).resolve().parent.parent
BOOKS = {p: read_notebook(p) for p in sorted((ROOT/"nbs").glob("[0-9]*.ipynb"))}
FOUND = {name: (path, found) for path, book in BOOKS.items() for name, found in read_exercises(book).items()}
WRONG = [(name, says.strip(), source) for path in sorted((ROOT/"tests"/"exercises").glob("*.py"))
         for name, says, source in re.findall(r"^# %% ([\w.]+): (.*)\n((?:(?!# %%).*\n?)*)", path.read_text(), re.M)]
KNOWN = [name for chapter in chapters() for name in exercises_of(chapter)]


def answer(name, source): return run_answer(find_exercise(name), source)


@pytest.mark.parametrize("name", KNOWN)
def test_stands_in_its_chapter(name):
    path, found = FOUND[name]
    assert path.stem.split("_", 1)[1] == name.split(".")[0]
    assert found.prompt and found.check and found.solution, f"{name} lacks a part"
    assert "<details>" in next(c["source"] for c in BOOKS[path]["cells"] if role(c) == ("solution", name))


def test_every_exercise_of_a_notebook_is_known(): assert sorted(FOUND) == sorted(KNOWN)


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_has_its_three(chapter): assert [e.kind for e in exercises_of(chapter).values()] == list(KINDS)


@pytest.mark.parametrize("name", KNOWN)
def test_the_stub_does_not_pass(name):
    verdict = find_exercise(name)(answer(name, FOUND[name][1].stub))
    assert verdict.status == "not attempted" and not verdict


@pytest.mark.parametrize("name", KNOWN)
def test_the_solution_passes(name):
    exercise = find_exercise(name)
    assert str(exercise(answer(name, FOUND[name][1].solution))) == "correct"


@pytest.mark.parametrize("name", KNOWN)
def test_the_prompt_is_not_the_solution(name):
    found = FOUND[name][1]
    lines = [line.strip() for line in found.solution.splitlines() if len(line.strip()) > 20 and not line.strip().startswith(("def ", "import ", "from "))]
    assert not any(line in found.prompt + found.stub + found.check for line in lines)


@pytest.mark.parametrize("name, says, source", WRONG, ids=[f"{n}-{k}" for k, (n, *_) in enumerate(WRONG)])
def test_a_wrong_answer_gets_a_line(name, says, source):
    verdict = find_exercise(name)(answer(name, source))
    assert verdict.status == "not yet" and says and says in verdict.line, verdict
    assert "\n" not in verdict.line and len(verdict.line) < 300


@pytest.mark.parametrize("name", KNOWN)
def test_two_wrong_answers_each(name):
    assert len({says for n, says, _ in WRONG if n == name}) >= 2, f"tests/exercises has fewer than two wrong answers to {name}"


@pytest.mark.parametrize("name", KNOWN)
def test_mistakes_are_mistakes_and_differ(name):
    exercise = find_exercise(name)
    given = [collect(exercise, wrong).outputs for wrong in exercise.mistakes.values()]
    assert all(g is not None for g in given), f"a mistake of {name} raises"
    for k, outputs in enumerate(given):
        assert not same(outputs, plain(exercise.right), exercise.tolerance)
        assert not any(same(outputs, other, exercise.tolerance) for other in given[:k]), f"two mistakes of {name} cannot be told apart"


@pytest.mark.parametrize("name", KNOWN)
def test_no_line_holds_the_answer(name):
    exercise, said = find_exercise(name), []
    if exercise.judge or not exercise.cases: return                      # one value: nothing but that value could give it away
    for junk in (lambda *a: 0, lambda *a: [], lambda *a: "x", lambda *a: None, lambda *a: {}): said.append(exercise(junk).line)
    rest = " ".join(said + list(exercise.mistakes))
    assert FOUND[name][1].solution not in rest
    for case, right in zip(exercise.cases, exercise.right):
        text = repr(plain(right))
        if len(text) > 5 and text not in repr(exercise.cases): assert text not in rest, f"{name} says {text}"


@pytest.mark.parametrize("junk", [None, 0, "", [], {}, object(), float("nan"), {"a": object()}, lambda *a: 1 / 0, lambda: 0, print, int, range(3)],
                         ids=["nothing", "zero", "no text", "no list", "no dict", "object", "nan", "dict of objects", "raises", "no arguments", "print", "int", "range"])   # names without addresses: processes must agree on them
@pytest.mark.parametrize("name", KNOWN)
def test_nothing_raises(name, junk):
    verdict = find_exercise(name)(junk)
    assert verdict.status in ("not yet", "not attempted") and (verdict.line or verdict.status == "not attempted")


@pytest.mark.parametrize("outputs", [None, [], {}, [None], "text", 3, [[[]]], {"n": "x"}, [float("inf")] * 4], ids=repr)
@pytest.mark.parametrize("name", KNOWN)
def test_marking_never_raises(name, outputs):
    "The grader marks what a stranger's box sent"
    assert not mark(find_exercise(name), outputs)
