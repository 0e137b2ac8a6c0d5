"Courses: what a student is not taught never comes up, and the streams that made the shipped models stay as they were"
import hashlib
import json
import random

import pytest

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAError
from ioa_nb.pretraining import COURSES, DEFICIENT, Lessons, classroom_tokenizer, main, new_weights, student_course, teach

STREAM = {"student": "0999aa98483202a1", "teacher": "923351c640248c21"}      # of the courses as they were when the models were made


@pytest.fixture(scope="module")
def room(): return Classroom()


@pytest.fixture(scope="module")
def tokenizer(room): return classroom_tokenizer(room)


@pytest.mark.parametrize("name", STREAM)
def test_the_numbered_stream_is_the_one_that_made_the_shipped_models(name, room, tokenizer):
    course, found = COURSES[name], hashlib.sha256()
    lessons = Lessons(course, room, tokenizer)
    for weights in ({m: 1.0 for m in room.modules}, {m: 0.15 + k / 18 if m in course.modules else 0.3 for k, m in enumerate(room.modules)}):
        for index in (0, 1, 40, 3000):
            batch = lessons.batch(index, weights)
            for key in sorted(batch): found.update(batch[key].numpy().tobytes())
    assert found.hexdigest()[:16] == STREAM[name]


def test_the_course_of_the_first_student_is_what_it_was(room):
    course = COURSES["student"]
    assert course.gaps == DEFICIENT and course.modules == tuple(m for m in room.modules if m not in DEFICIENT)
    assert (course.size, course.examples, course.seed, course.styles) == ("student", 240_000, 1, ((None, "scaffolded", 1.0),))


@pytest.mark.parametrize("name", ["student", "student_b", "student_c"])
def test_a_gap_comes_up_as_a_taste_or_not_at_all(name, room, tokenizer):
    course = COURSES[name]
    lessons, rng = Lessons(course, room, tokenizer), random.Random(0)
    drawn = [lessons._place(rng, {m: 1.0 for m in room.modules}) for _ in range(20_000)]
    assert {m for m, _ in drawn} <= {*course.modules, *course.tasted}
    tasted = [level for m, level in drawn if m in course.tasted]
    assert set(tasted) == {1} and 0.5 * course.taste < len(tasted) / len(drawn) < 2 * course.taste


def test_a_taste_ends_once_it_is_right_one_time_in_seven(room):
    class Measured:
        def __init__(self, accuracy): self.accuracy = accuracy
    course = COURSES["student_c"]
    for right, more in ((0.0, True), (0.1, True), (0.2, False)):
        weights = new_weights({m: 1.0 for m in room.modules}, [Measured({m: right for m in room.modules})], course)
        assert all((weights[m] > 0) == more for m in course.tasted) and all(weights[m] > 0 for m in course.modules)


@pytest.mark.parametrize("gaps, tasted, words", [(("juggling",), (), "'juggling' is no module"), (("add_carry",), ("add_facts",), "not among the gaps"),
                                                 (tuple(Classroom().modules), (), "all 18 modules are gaps")])
def test_a_course_that_makes_no_sense_is_refused_in_one_line(gaps, tasted, words):
    with pytest.raises(IOAError, match=words) as error: student_course(gaps, tasted)
    assert "\n" not in str(error.value)


def test_the_command_names_the_models_that_there_are(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["ioa_classroom", "student_d", "--out", str(tmp_path)])
    with pytest.raises(SystemExit, match="unknown model 'student_d'; choose teacher or student or student_b or student_c"): main()
    assert not list(tmp_path.iterdir())


def test_who_leaves_school_early_is_who_stays_on_as_he_was_then(tmp_path, tokenizer):
    from dataclasses import replace
    course = replace(COURSES["student"], examples=640, terms=3, probes=1)
    early, history = teach(course, tokenizer, tmp_path/"a", progress=False, until=1)
    assert len(history) == 1
    early = {k: v.clone() for k, v in early.model.state_dict().items()}
    _, whole = teach(course, tokenizer, tmp_path/"b", progress=False)
    assert whole[0] == history[0] and len(whole) == 3
    state = json.loads((tmp_path/"a"/"state.json").read_text()); assert state.pop("course")["seed"] == 1
    (tmp_path/"a"/"state.json").write_text(json.dumps(state))                                 # written before a folder knew whose it is
    (tmp_path/"a").rename(tmp_path/".a.old")                                                  # and killed between the two renames of a checkpoint
    alone, kept = teach(course, tokenizer, tmp_path/"a", progress=False, until=1)
    assert kept == history and all(v.equal(early[k]) for k, v in alone.model.state_dict().items())
    again, longer = teach(course, tokenizer, tmp_path/"a", progress=False)                    # and may come back
    assert longer == whole and any((again.model.state_dict()[k] != early[k]).any() for k in early)
    with pytest.raises(IOAError, match="another course .modules"): teach(replace(course, modules=("add_facts",)), tokenizer, tmp_path/"a", progress=False)
    with pytest.raises(IOAError, match="3 terms on"): teach(course, tokenizer, tmp_path/"a", progress=False, until=1)


def test_a_term_that_there_is_not_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["ioa_classroom", "teacher", "--until", "99", "--out", str(tmp_path)])
    with pytest.raises(SystemExit, match="terms 1 to 24"): main()
