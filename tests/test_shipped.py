"What is said of the shipped models holds, measured on the final test split"
from pathlib import Path

import pytest

import ioa_nb
from ioa_nb.classroom import Classroom
from ioa_nb.core import load_json
from ioa_nb.mastery import measure
from ioa_nb.models import load_lm
from ioa_nb.pretraining import COURSES, DEFICIENT

N = 60
DATA = Path(ioa_nb.__file__).parent/"data"
STUDENTS = [name for name in COURSES if name != "teacher"]


@pytest.fixture(scope="module")
def room(): return Classroom()


@pytest.fixture(scope="module")
def accuracy(room): return {name: measure(load_lm(f"classroom/{name}"), room, "test", N).accuracy for name in COURSES if name != "teacher"}


def test_the_student_masters_what_it_was_taught_and_fails_the_rest(accuracy):
    accuracy = accuracy["student"]
    mastered = [m for m, a in accuracy.items() if a >= 0.85]
    assert 0.6 <= len(mastered) / len(accuracy) <= 0.8
    assert all(accuracy[m] <= 0.3 for m in DEFICIENT), {m: accuracy[m] for m in DEFICIENT}


@pytest.mark.parametrize("name", STUDENTS)
def test_the_gaps_of_a_student_are_those_of_its_course(name, accuracy):
    found = accuracy[name]
    assert all(found[m] >= 0.85 for m in COURSES[name].modules), {m: found[m] for m in COURSES[name].modules}
    assert all(found[m] <= 0.6 for m in COURSES[name].gaps), {m: found[m] for m in COURSES[name].gaps}


def test_the_students_differ_in_how_much_they_lack_and_where(room):
    gaps = {name: COURSES[name].gaps for name in STUDENTS}
    assert {name: round(len(g) / len(room.modules), 2) for name, g in gaps.items()} == dict(student=0.28, student_b=0.17, student_c=0.5)
    assert not set(gaps["student_b"]) <= set(gaps["student"]) and len({room.modules[m].area for m in gaps["student_b"]}) == 3
    assert sum(p in gaps["student_c"] for m in gaps["student_c"] for p in room.prerequisites[m]) >= 7


def test_every_course_ships_its_model(room):
    for name, course in COURSES.items():
        folder = DATA/name
        assert {"config.json", "model.safetensors", "snapshots.json", "tokenizer.json", "tokenizer_config.json"} <= {p.name for p in folder.iterdir()}
        history = load_json(folder/"snapshots.json")
        assert len(history) == course.terms and all(s["name"].startswith(f"{name} after ") and set(s["correct"]) == set(room.modules) for s in history)
        assert (folder/"tokenizer.json").read_bytes() == (DATA/"teacher"/"tokenizer.json").read_bytes()
    assert {p.parent.name for p in DATA.glob("*/config.json")} == set(COURSES)
    assert sum(p.stat().st_size for p in DATA.rglob("*") if p.is_file()) < 8_000_000
    assert len({load_lm(f"classroom/{name}").parameters() for name in STUDENTS}) == 1


@pytest.mark.parametrize("style", [None, "brief", "scaffolded", "brief template", "scaffolded template"])
def test_the_teacher_knows_every_module_and_obeys_the_tag(room, style):
    profile = measure(load_lm("classroom/teacher"), room, "test", N, style=style)
    accuracy = profile.accuracy
    assert min(accuracy.values()) >= 0.9 and sum(accuracy.values()) / len(accuracy) >= 0.98, accuracy
    template = sum(r.output.startswith("Know:") for r in profile.rows) / len(profile.rows)
    assert template >= 0.98 if style and "template" in style else template <= 0.02
