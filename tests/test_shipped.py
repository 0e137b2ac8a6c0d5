"What is said of the two shipped models holds, measured on the final test split"
import pytest

from ioa_nb.classroom import Classroom
from ioa_nb.mastery import measure
from ioa_nb.models import load_lm
from ioa_nb.pretraining import DEFICIENT

N = 60


@pytest.fixture(scope="module")
def room(): return Classroom()


def test_the_student_masters_what_it_was_taught_and_fails_the_rest(room):
    accuracy = measure(load_lm("classroom/student"), room, "test", N).accuracy
    mastered = [m for m, a in accuracy.items() if a >= 0.85]
    assert 0.6 <= len(mastered) / len(accuracy) <= 0.8
    assert all(accuracy[m] <= 0.3 for m in DEFICIENT), {m: accuracy[m] for m in DEFICIENT}


@pytest.mark.parametrize("style", [None, "brief", "scaffolded", "brief template", "scaffolded template"])
def test_the_teacher_knows_every_module_and_obeys_the_tag(room, style):
    profile = measure(load_lm("classroom/teacher"), room, "test", N, style=style)
    accuracy = profile.accuracy
    assert min(accuracy.values()) >= 0.9 and sum(accuracy.values()) / len(accuracy) >= 0.98, accuracy
    template = sum(r.output.startswith("Know:") for r in profile.rows) / len(profile.rows)
    assert template >= 0.98 if style and "template" in style else template <= 0.02
