"The real distillation's machinery, on models small enough to be quick: cells, halves, losses outside, rows and their table"
import json
from pathlib import Path

import pytest

from ioa_nb import study_real
from ioa_nb.core import IOAError, load_domain
from ioa_nb.models import load_lm
from ioa_nb.mastery import Profile, Row
from ioa_nb.study_real import FIRST_COURSE, GENERAL, HALF, HALF_ARMS, PLAIN, gain, halve, lessons_of, outside_losses, plan_cells, run_cell, run_half, show, text_loss


def test_the_plan_has_the_arms_and_seeds_that_are_promised():
    planned = plan_cells(range(5))
    count = lambda student, arm: sum((c["student"], c["arm"]) == (student, arm) for c in planned)
    assert [count(FIRST_COURSE, a) for a in ("ioa", "uniform", "hard", "strict", "uniform_rehearsal", "no_rehearsal", "ioa_lora")] == [5, 5, 5, 5, 3, 1, 1]
    assert [count(PLAIN, a) for a in ("ioa", "uniform", "hard")] == [1, 1, 1] and [count(HALF, a) for a in HALF_ARMS] == [2, 2, 2]
    assert len({json.dumps(c) for c in planned}) == len(planned)
    assert plan_cells([0], ["scaffold_never"]) == [dict(student=FIRST_COURSE, arm="scaffold_never", seed=0)]


def test_a_half_keeps_every_second_layer_and_leaves_its_teacher_alone():
    teacher = load_lm("classroom/teacher")
    before = {n: p.clone() for n, p in teacher.model.named_parameters()}
    half = halve(teacher)
    assert half.model.config.num_hidden_layers == 3 and teacher.model.config.num_hidden_layers == 5
    for mine, theirs in zip(half.model.model.layers, list(teacher.model.model.layers)[::2]):
        assert mine.self_attn.q_proj.weight.equal(theirs.self_attn.q_proj.weight) and mine.self_attn.q_proj.weight is not theirs.self_attn.q_proj.weight
    assert len(half.generate(["7 + 8 = "])[0][0].token_ids) > 0
    assert all(p.equal(before[n]) for n, p in teacher.model.named_parameters())


@pytest.mark.parametrize("arm", HALF_ARMS)
def test_every_set_of_losses_trains_the_half(arm):
    row = run_half(dict(student=HALF, arm=arm, seed=1), steps=4, batch_size=4, probes=2, teacher=load_lm("classroom/teacher"))
    assert row["steps"] == 4 and (row["teacher_layers"], row["layers"]) == (5, 3) and 0 <= row["macro"] <= 1 and row["loss"] > 0
    assert len(row["modules"]) >= 12


def test_losses_outside_count_the_last_words_alone(tmp_path):
    student = load_lm("classroom/student")
    sure = [[{"role": "user", "content": "What is 7 + 8?"}, {"role": "assistant", "content": "7 + 8 = 15. #### 15"}]]
    unsure = [[{"role": "user", "content": "banana banana banana"}, {"role": "assistant", "content": "7 + 8 = 15. #### 15"}]]
    assert text_loss(student, sure) < 1 and text_loss(student, unsure) < 4 < text_loss(student, [[{"role": "user", "content": "banana banana banana"}]])
    (tmp_path/"dolly").mkdir(); (tmp_path/"dolly"/"sample.jsonl").write_text(json.dumps(dict(instruction="What is 7 + 8?", output="7 + 8 = 15. #### 15")) + "\n")
    found = outside_losses(student, tmp_path)
    assert found["mt_bench"] is None and found["dolly"] == pytest.approx(text_loss(student, sure), rel=1e-4)


def test_a_cell_runs_on_any_student_and_its_row_is_shown(tmp_path, monkeypatch):
    monkeypatch.delenv("IOA_DATA_DIR", raising=False)
    small = dict(rounds=2, teacher_tokens=1500, trained_tokens=4000, gate_probes=2, test_probes=2, optimizer="muon", learning_rate=0.005)
    cells = [dict(student="classroom/student", arm=a, seed=0) for a in ("ioa", "uniform", "ioa_lora")]
    monkeypatch.setitem(study_real.VARIANTS, "ioa_lora", (study_real.RECIPES["ioa"], dict(lora_rank=4, optimizer="adamw")))
    rows = [run_cell(c, tmp_path, small) for c in cells]
    assert all(r["outside"] == dict(dolly=None, mt_bench=None) and r["teacher_tokens"] <= 1500 * 1.05 for r in rows)
    assert not list(tmp_path.glob("runs/**/*.safetensors")) and len(list(tmp_path.glob("shared/*/before/general.json"))) == 1
    text = show(rows)
    assert "expert-taught" in text and all(c["arm"] in text for c in cells) and ", warm-up 0.2" in text
    assert all(len(r["gates"]) == 1 + len(r["stages"]) and 0 <= min(r["gates"]) and max(r["gates"]) <= 1 for r in rows)
    older = [{k: v for k, v in r.items() if k != "warmup"} for r in rows]
    assert show(older + rows).count("expert-taught") == 2 * text.count("expert-taught")             # another warm-up is another table
    kept = json.loads((tmp_path/"shared"/"classroom_student-0"/"before"/"general.json").read_text())
    assert kept["tokens"] > 0 and len(GENERAL) == 40


def test_what_is_no_llama_is_refused():
    class Odd: name, model, tokenizer = "odd", object(), None
    with pytest.raises(IOAError, match="odd has no list of layers"): halve(Odd())
    assert load_domain("classroom/chat").name == "classroom/chat"


def test_where_the_lessons_went_and_what_was_gained(tmp_path):
    def gate(folder, right): Profile("student", "gate", tuple(Row(f"{m}{k}", m, 1, None, "", "", k < right, "correct" if k < right else "arithmetic", None, 0.0, 1) for m in "ab" for k in range(4))).save(folder/"gate.json")
    (tmp_path/"before").mkdir(); gate(tmp_path/"before", 3)
    for number, (stage, outcome, lessons) in enumerate([(["a"], "remediate", [("a", 10), ("a", 30)]), (["a"], "defer", [("b", 5)])], 1):
        folder = tmp_path/f"round-{number:03d}"; folder.mkdir()
        for name, value in dict(lessons=dict(examples=[dict(module=m, tokens=n) for m, n in lessons]), stage=dict(stage=stage), decision=dict(outcome=outcome)).items(): (folder/f"{name}.json").write_text(json.dumps(value))
        gate(folder, number)
    assert lessons_of(tmp_path) == dict(lessons=dict(a=[2, 40], b=[1, 5]), stages=[[["a"], "remediate"], [["a"], "defer"]], gates=[0.75, 0.25, 0.5], words=None, errors={})
    (tmp_path/"after").mkdir(); Profile("student", "test", tuple(Row(f"{m}{k}", m, 1, None, "", "", not k, kind, None, 0.0, 1) for m, kinds in dict(a=("correct", "format", "arithmetic", "arithmetic"), b=("correct",)).items() for k, kind in enumerate(kinds))).save(tmp_path/"after"/"test.json")
    assert lessons_of(tmp_path)["errors"] == dict(a=dict(format=1, arithmetic=2))
    rows = [dict(arm=a, seed=s, macro=v) for a, values in dict(ioa=(0.6, 0.8), uniform=(0.5, 0.5), hard=(0.5, 0.4)).items() for s, v in enumerate(values)]
    found = gain(rows)
    assert found["other"] == "uniform" and found["seeds"] == 2 and found["percent"] == pytest.approx(40)
    assert gain(rows[:1]) is None and gain([r for r in rows if r["seed"] == 0]) is None


def test_the_recorded_rows_keep_the_budgets_and_agree_with_their_modules():
    rows = json.loads((Path(study_real.__file__).parents[1]/"nbs"/"runs"/"smollm2"/"real.json").read_text())
    whole = [r for r in rows if r["student"] != study_real.HALF]
    room = load_domain("classroom/chat")
    for r in whole:
        assert r["teacher_tokens"] <= 10_000 * 1.02 and abs(r["trained_tokens"] - 20_000) < 200 and sum(t for _, t in r["lessons"].values()) <= r["teacher_tokens"]
        assert r["macro"] == pytest.approx(sum(v["after"] for m, v in r["modules"].items() if not room.modules[m].closed) / 15, abs=1e-3)
    assert {(r["arm"], r["seed"]) for r in whole if r["student"] == study_real.FIRST_COURSE} >= {(a, s) for a in ("strict", "uniform", "hard") for s in range(5)}
