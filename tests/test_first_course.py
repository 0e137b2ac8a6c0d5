"The first course: made once, by one process, resumable, and never mixed with another"
import pytest
import torch
from filelock import FileLock

from ioa_nb import first_course as module
from ioa_nb.chat import ChatClassroom
from ioa_nb.core import IOAError, load_json
from ioa_nb.first_course import FirstCourse, course_rows, main, make_first_course, show_course, taught_modules
from ioa_nb.models import load_lm
from ioa_nb.pretrained import cache_folder, first_course_folder, load_pretrained

SMALL = FirstCourse(lessons=6, parts=3, probes=1, max_new_tokens=12)


@pytest.fixture(autouse=True)
def small_world(tmp_path, monkeypatch):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(module, "load_pretrained", lambda *_: load_lm("classroom/student_b"))


def weights(): return load_pretrained("smollm2/first_course").model.state_dict()


def test_stopped_at_every_part_it_comes_out_the_same(tmp_path, monkeypatch):
    record = make_first_course(SMALL, lambda text: None)
    whole = weights()
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"again"))
    for part in (1, 2, 3):
        def stop(text, part=part):
            if text.startswith(f"part {part}"): raise KeyboardInterrupt
        with pytest.raises(KeyboardInterrupt): make_first_course(SMALL, stop)
        assert not first_course_folder().exists()
    assert make_first_course(SMALL, lambda text: None) == record
    again = weights()
    assert all(torch.equal(whole[k], again[k]) for k in whole)
    assert sorted(p.name for p in (cache_folder()/"first_course").iterdir()) == [".lock"]


def test_made_once_and_never_mixed():
    said = []
    record = make_first_course(SMALL, said.append)
    assert [s.split(":")[0] for s in said] == ["the probes before the course", "part 1 of 3", "part 2 of 3", "part 3 of 3", "the probes after it"]
    assert make_first_course(SMALL, said.append) == record == load_json(first_course_folder()/"first_course.json") and len(said) == 5
    with pytest.raises(IOAError, match="another course .lessons = 6, not 7"): make_first_course(FirstCourse(**{**record["course"], "lessons": 7}))
    assert set(record["before"]) == set(record["after"]) == set(ChatClassroom().modules) and record["trained_tokens"] > 0
    assert len(show_course(record).splitlines()) == 19


def test_another_course_in_the_making_is_not_mixed():
    def stop(text): raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt): make_first_course(SMALL, stop)
    with pytest.raises(IOAError, match="another course"): make_first_course(FirstCourse(lessons=9, parts=3, probes=1, max_new_tokens=12))


def test_two_at_a_time_are_refused(capsys):
    (cache_folder()/"first_course").mkdir()
    with FileLock(cache_folder()/"first_course"/".lock"), pytest.raises(SystemExit) as ended: main([])
    assert ended.value.code == 2 and "another process" in capsys.readouterr().err


def test_every_part_has_every_module_and_no_lesson_is_a_probe():
    room, tokenizer = ChatClassroom(), load_lm("classroom/student_b").tokenizer
    parts, taught = course_rows(FirstCourse(lessons=24, parts=4), room, tokenizer), taught_modules(room)
    assert [len(p) for p in parts] == [6 * len(taught)] * 4
    probes = {i.question for m in taught for i in room.probes(m, 20, "gate", 0) if not room.modules[m].closed}
    assert not probes & {i.question for m in taught for i in room.sample(m, FirstCourse().lessons, 0)}
