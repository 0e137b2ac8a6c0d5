"perf/kd_step.py: what it plans, how it sums up, and that our form runs"
import importlib.util
import json
from argparse import Namespace
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("kd_step", Path(__file__).resolve().parent.parent/"perf"/"kd_step.py")
kd_step = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kd_step)


def options(**changes): return Namespace(**{**dict(vocabulary=[49152], tokens=[512], masked=[0], forms=list(kd_step.FORMS), rounds=None), **changes})


def measured(form, seconds, masked=0, loss=1.0):
    return dict(what=[form, 1000, 8, masked, 0], threads=1, seconds=seconds, cpu_seconds=seconds, bytes=seconds * kd_step.MB, loss=loss, gradients=[2.0, 3.0])


def test_the_order_rotates_and_every_form_has_every_place():
    planned = [what for what, _ in kd_step.plan(options())]
    assert len(planned) == 10 * 5
    for place in range(5): assert {planned[5 * number + place][0] for number in range(5)} == set(kd_step.FORMS)
    assert len([0 for _ in kd_step.plan(options(vocabulary=[32000, 128256]))]) == 2 * 3 * 5


def test_what_needs_too_much_is_left_out_and_said_so():
    left = {what[0]: why for what, why in kd_step.plan(options(vocabulary=[128256], tokens=[2048], rounds=1)) if why}
    assert left == {"trl_dense": "trl_dense left out: it would need about 17 GB"}
    assert not any(why for _, why in kd_step.plan(options(tokens=[512, 2048])))


def test_medians_and_ratios():
    rows = kd_step.summarize([measured("ours", s) for s in (2.0, 9.0, 3.0)] + [measured("trl_dense", 6.0), measured("floor", 2.0)])
    assert [(r["form"], r["seconds"], r["rounds"]) for r in rows] == [("ours", 3.0, 3), ("trl_dense", 6.0, 1), ("floor", 2.0, 1)]
    line = kd_step.table(rows).splitlines()[2]
    assert line.startswith("| 1,000 | 8 | 0 % | ours | 3.00 | 1.50 | 3.00 | 0.50 | 3 | 0.50 |")


def test_forms_that_disagree_are_not_compared():
    with pytest.raises(SystemExit, match="ours and trl_dense disagree"): kd_step.summarize([measured("ours", 1.0), measured("trl_dense", 2.0, loss=1.1)])


def test_recorded_rows_of_the_chapter_can_be_tabled():
    found = json.loads((Path(__file__).resolve().parent.parent/"nbs"/"runs"/"kd_step"/"rows.json").read_text())
    assert found["machine"] and kd_step.table(found["rows"]).count("\n") == 1 + len(found["rows"])


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is read from Linux's /proc")
@pytest.mark.parametrize("form", ["ours", "naive_kl", "floor"])
def test_a_measurement(form):
    found = kd_step.measure(form, 600, 24, 50, 1)
    assert found["seconds"] > 0 and found["bytes"] >= 0 and found["loss"] == found["loss"]
