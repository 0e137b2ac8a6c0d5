"The grids around the default: what a threshold chooses, and that equal choices are equal runs"
import json

import pytest

from ioa_nb.core import IOAConfig, IOAError, load_json
from ioa_nb.study_parts import run_arm
from ioa_nb.study_sensitivity import HALF, choices, plan_cells, replay_stages, run_cell, shipped_history

TINY = dict(rounds=3, teacher_tokens=1200, trained_tokens=4000, gate_probes=2, test_probes=2, max_new_tokens=100)


def cell(knob, value, seed=0): return dict(student="classroom/student", focus=1.0, knob=knob, value=value, seed=seed)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    out = tmp_path_factory.mktemp("sensitivity")
    return out, {k: run_cell(cell(k, v), out, TINY) for k, v in (("default", 0), ("alpha", 0.0), ("tau_dep", 0.8), ("tau_gap", 0.5), ("focus", 0.25))}


def test_equal_stages_are_the_same_run_number_by_number(study):
    out, rows = study
    assert rows["alpha"]["same"] and rows["tau_dep"]["same"] and rows["alpha"]["cpu_seconds"] == 0
    assert rows["tau_gap"]["same"] == (not rows["tau_gap"]["choices"]["other_rounds"] and not rows["tau_gap"]["choices"]["other_known"])
    config = IOAConfig(**{**HALF, **TINY, "seed": 0, "alpha": 0.0, "tau_dep": 0.8})          # and now really
    run, _, summary = run_arm(out, "really", "ioa", config, 1.0, "classroom/student", shared_name="student-0")
    base = out/"runs"/"default-student-1-0"
    assert summary["modules"] == load_json(base/"summary.json")["modules"] and summary["student_after"] == rows["alpha"]["macro"]
    for folder in base.glob("round-*"):
        for name in ("gate.json", "lessons.json", "stage.json", "state.json"): assert (folder/name).read_bytes() == (run/folder.name/name).read_bytes()


def test_another_stage_is_another_run(study):
    out, rows = study
    row = rows["focus"]
    assert not row["same"] and row["choices"]["other_rounds"] > 0 and row["cpu_seconds"] > 0
    assert len(row["rounds"][0]["stage"]) < len(rows["default"]["rounds"][0]["stage"])
    assert row["deficient"] is not None and not list((out/"runs"/"student-1-focus-0.25-0").glob("round-*/student"))


def test_a_row_keeps_its_rounds_and_its_seconds(study):
    _, rows = study
    row = json.loads(json.dumps(rows["default"]))
    assert len(row["rounds"]) == 3 and row["rounds"][-1]["teacher_tokens"] == row["teacher_tokens"] and row["rounds"][-1]["trained_tokens"] == row["trained_tokens"]
    assert {"training", "gate", "lessons"} <= set(row["steps"]) and {"teacher_gate", "before_rehearsal"} <= set(row["shared"])
    assert all(r["tries"] == 2 for a, r in zip(row["rounds"], row["rounds"][1:]) if a["outcome"] == "remediate")


def test_the_replay_gives_back_what_was_taught(study):
    out, _ = study
    base = out/"runs"/"default-student-1-0"
    config = IOAConfig.from_dict(load_json(base/"config.json")["config"])
    for diagnosis, chosen, taught in replay_stages(base, config, shipped_history("classroom/student")): assert (chosen.stage, chosen.tries) == (taught.stage, taught.tries)
    with pytest.raises(IOAError, match="no finished round"): choices(out/"shared"/"student-0", config)


def test_the_cells_come_in_the_order_of_what_matters():
    planned = plan_cells(range(5))
    assert [c["knob"] for c in planned[:5]] == ["default"] * 5 and planned[0]["student"] == "classroom/student"
    assert {c["seed"] for c in planned if c["knob"] == "alpha" and c["focus"] == 1.0} == set(range(5))


def test_wrong_maps_are_replayed_or_run(study, monkeypatch):
    from ioa_nb import study_maps as maps
    out, rows = study
    true = maps.run_cell(dict(student="classroom/student", map="true", share=0.0, seed=0), out, TINY)
    assert true["macro"] == rows["default"]["macro"]                                          # the same run, not another one
    wrong = maps.run_cell(dict(student="classroom/student", map="prerequisites", share=0.5, seed=0), out, TINY)
    assert wrong["same"] == (wrong["choices"]["other_rounds"] == 0)
    monkeypatch.setattr(maps, "follow_cell", lambda *a: None)                                 # and now really, whatever it chooses
    run = maps.run_cell(dict(student="classroom/student", map="prerequisites", share=0.5, seed=0), out, TINY)
    assert not run["same"] and run["before"] == pytest.approx(true["before"]) and (run["macro"] == true["macro"] or not wrong["same"])
    filed = maps.run_cell(dict(student="classroom/student", map="hierarchy", share=0.5, seed=0), out, TINY)
    assert not filed["same"] and filed["before"] == pytest.approx(true["before"])             # the final test is filed rightly
    assert "hierarchy 50%" in maps.show([true, wrong, filed])


def test_a_teacher_from_a_folder_stands_for_the_middling_one(tmp_path):
    import shutil

    from ioa_nb import study_regimes as places
    from ioa_nb.models import SHIPPED
    shutil.copytree(SHIPPED/"teacher", tmp_path/"teachers"/places.TEACHERS["middling"])             # as good as the shipped one: it is the path that is tested
    row = places.run_cell(dict(teacher="middling", student="classroom/student", budget="1", arm="ioa", seed=0), tmp_path, TINY)
    assert row["teacher_name"] == "middling" and row["teacher"] > 0.9 and row["rounds"][0]["stage"]


def test_a_place_on_the_map_of_regimes(tmp_path):
    from ioa_nb import study_regimes as places
    row = places.run_cell(dict(teacher="shipped", student="classroom/student_b", budget="1/3", arm="uniform", seed=0), tmp_path, TINY | dict(teacher_tokens=3600))
    assert row["teacher_tokens"] <= 1200 and row["teacher_name"] == "shipped" and len(row["rounds"]) == 3
    assert "not measured" in places.show([row])
