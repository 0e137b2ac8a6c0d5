"The stopping rule keeps its promise, sums of counts stay sums, and bad input is named"
import math

import numpy as np
import pytest

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAConfig, IOAError, Module
from ioa_nb.mastery import Profile, Row
from ioa_nb.models import Generation
from ioa_nb.probing import GROUPS, calibrate, confusion, decided, measure_gaps, probe_until, side_of, weak_items


def row(module="a", correct=True, level=1, sure=0.9, kind=None):
    return Row("0" * 16, module, level, None, "?", "!", correct, kind or ("correct" if correct else "arithmetic"), None, math.log(sure), 4)


def profile(*groups, name="toy"): # (module, level, right, probes)
    return Profile(name, "gate", tuple(row(m, k < right, level) for m, level, right, n in groups for k in range(n)))


@pytest.mark.parametrize("truth", (0.1, 0.6, 0.68, 0.72, 0.85, 0.99))
def test_wrong_calls_are_rare_though_every_probe_is_looked_at(truth):
    rng, tau, wrong = np.random.default_rng(3), 0.7, 0
    table = {(c, n): side_of(c, n, tau) for n in range(1, 81) for c in range(n + 1)}
    for _ in range(600):
        right = np.cumsum(rng.random(80) < truth)
        calls = (table[int(c), n] for n, c in enumerate(right, 1))
        wrong += next((c for c in calls if c != "open"), "open") == ("below" if truth > tau else "above")
    assert wrong / 600 <= 0.05


def test_calls_are_the_same_from_both_sides():
    opposite = dict(above="below", below="above", open="open")
    assert all(side_of(c, 20, 0.3) == opposite[side_of(20 - c, 20, 0.7)] for c in range(21))


class Pupil:
    name = "pupil"
    def __init__(self, room, knows): self.book, self.asked = {i.question: i.solution for m in knows for i in room.probes(m, 60, "gate", 0)}, []
    def generate(self, requests, sampling):
        self.asked.append(len(requests))
        return [[Generation(self.book.get(r.messages[-1]["content"], ""))] for r in requests]


def test_modules_stop_one_by_one_and_rows_stay_in_order():
    room = Classroom()
    pupil = Pupil(room, ["add_carry"])
    found = probe_until(pupil, room, {"tau_gap": 0.7}, modules=["add_carry", "fraction_of"], batch=3, most=30)
    assert found.verdicts == {"add_carry": {"tau_gap": "above"}, "fraction_of": {"tau_gap": "below"}}
    assert found.profile.probes["fraction_of"] < found.profile.probes["add_carry"] < 30
    asked = [r.question for r in found.profile.rows if r.module == "add_carry"]
    assert asked == [i.question for i in room.probes("add_carry", 30, "gate", 0)][:len(asked)]
    assert pupil.asked == sorted(pupil.asked, reverse=True)
    assert found.saved(30) == 1 - len(found.profile.rows) / 60


@pytest.mark.parametrize("arguments, says", [
    (dict(thresholds={}), "no threshold"), (dict(batch=0), "batch is 0"), (dict(batch=9, most=6), "batch is 9 and most is 6"),
    (dict(thresholds={"t": 1.2}), "accuracy of 1.2"), (dict(split="exam"), "unknown split 'exam'"), (dict(modules=["alchemy"]), "unknown module 'alchemy'"),
    (dict(teacher_accuracy={}), "no right answer of module"), (dict(error=1.0), "error is 1.0")])
def test_bad_input_of_probe_until(arguments, says):
    with pytest.raises(IOAError, match=says): probe_until(None, Classroom(), **{"thresholds": {"tau_gap": 0.7}, **arguments})


def test_counts_add_up_at_every_height():
    teacher = profile(("a", 1, 9, 10), ("a", 2, 8, 10), ("b", 1, 10, 10), ("b", 2, 10, 10))
    student = profile(("a", 1, 5, 10), ("a", 2, 1, 10), ("b", 1, 10, 10), ("b", 2, 9, 10))
    modules = dict(a=Module("a", "A", "x"), b=Module("b", "B", "x"))
    for by in GROUPS:
        found = measure_gaps(teacher, student, by, modules)
        assert sum(e.student_correct for e in found.values()) == 25 and sum(e.teacher_probes for e in found.values()) == 40
        assert all(e.low <= e.gap <= e.high for e in found.values())
    assert set(measure_gaps(teacher, student, "area", modules)) == {"x"}
    assert set(measure_gaps(teacher, student, "area level", modules)) == {("x", 1), ("x", 2)}


def test_an_area_of_one_module_and_a_teacher_without_an_answer():
    teacher, student = profile(("a", 1, 9, 10), ("z", 1, 0, 10)), profile(("a", 1, 5, 10), ("z", 1, 3, 10))
    modules = dict(a=Module("a", "A", "alone"), z=Module("z", "Z", "other"))
    assert measure_gaps(teacher, student, "area", modules)["alone"] == measure_gaps(teacher, student)["a"]
    assert "z" not in decided(teacher, student)


def test_fewer_probes_than_the_minimum():
    with pytest.raises(IOAError, match="'a' has 2 probes of the teacher; at least 5"): measure_gaps(profile(("a", 1, 2, 2)), profile(("a", 1, 1, 9)), min_probes=5)


def test_more_probes_decide_more():
    few, many = (decided(profile(("a", 1, n, n)), profile(("a", 1, int(0.95 * n), n)), IOAConfig()) for n in (20, 2000))
    assert few["a"]["tau_mastery"] == "open" and many["a"]["tau_mastery"] == "above"


def test_calibration_of_a_calibrated_student_and_of_a_boaster():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.05, 0.99, 4000)
    honest = Profile("honest", "gate", tuple(row(correct=bool(rng.random() < s), sure=float(s)) for s in sure))
    boaster = Profile("boaster", "gate", tuple(row(correct=bool(rng.random() < 0.3), sure=0.99) for _ in range(500)))
    assert calibrate(honest).ece < 0.04 < 0.6 < calibrate(boaster).ece
    assert calibrate(honest).auc > 0.7 and abs(calibrate(boaster).auc - 0.5) < 1e-9
    assert sum(b.n for b in calibrate(honest, 7).bins) == 4000
    assert len(calibrate(Profile("few", "gate", (row(), row())), 10).bins) == 2


def test_weak_items_name_each_once():
    p = Profile("p", "gate", (row(correct=False, sure=0.6), row(sure=0.5), row(sure=0.95), row(sure=0.9, kind="format")))
    assert [w.reason for w in weak_items(p)] == ["wrong", "lucky", "unsure"]
    assert [w.reason for w in weak_items(p, unsure=1.0)] == ["wrong", "lucky", "unsure", "unsure"]


def test_confusion_counts_what_the_profile_counts():
    p = Profile("p", "gate", tuple(row(correct=k > 3, sure=0.5 + k / 50, kind="format" if k < 2 else None) for k in range(10)))
    found = confusion(p)["a"]
    assert {k: e.count for k, e in found.items()} == dict(p.kinds("a"))
    assert found["format"].examples[0].logprob > found["format"].examples[1].logprob and found["format"].share == 0.2
