"Faults: what a run does when it is killed, stopped, or given nonsense"
import json
import functools
import resource
import signal
import sys
import time

import pytest
from forked import Command, ioa_run

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAConfig, IOAError
from ioa_nb.mastery import measure
from ioa_nb.models import load_lm
from ioa_nb.recipes import RECIPES
from ioa_nb.rounds import IOA, Ended

SMALL = ["--rounds", "3", "--teacher-tokens", "1500", "--trained-tokens", "6000", "--gate-probes", "2", "--test-probes", "2", "--recipe", "ioa"]


def on_path(folder): sys.path.insert(0, folder)


def summary(folder):
    values = json.loads((folder/"summary.json").read_text())
    for clock in ("wall_seconds", "cpu_seconds"): values.pop(clock)
    return values


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")/"unbroken"
    done = ioa_run("--out", folder, *SMALL)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_run_leaves_what_it_promises(unbroken):
    values = json.loads((unbroken/"summary.json").read_text())
    promised = "seed rounds teacher_params student_params teacher_accuracy student_before student_after baseline_after retained teacher_tokens trained_tokens student_tokens wall_seconds modules".split()
    assert not set(promised) - set(values)
    assert abs(values["trained_tokens"] - 6000) <= 120 and abs(values["teacher_tokens"] - 1500) <= 120
    page = (unbroken/"report.html").read_text()
    assert page.count("<img") >= 4 and "http" not in page.replace("http://www.w3.org", "")
    assert (unbroken/"student"/"model.safetensors").exists()


def test_a_finished_run_prints_its_table_again(unbroken):
    before = time.monotonic()
    again = ioa_run("--out", unbroken, *SMALL)
    assert again.returncode == 0 and "macro (open modules)" in again.stdout and time.monotonic() - before < 60


@pytest.mark.parametrize("round_number", [2])
def test_killed_at_any_moment_it_ends_with_the_same_figures(unbroken, tmp_path, round_number):
    folder = tmp_path/"killed"
    run = Command("ioa_nb.commands", "--out", folder, *SMALL)
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and run.poll() is None:
        if list(folder.glob(f"*round-{round_number:03d}*/lessons.json")): break
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    assert run.done().returncode == -signal.SIGKILL
    assert not (folder/"summary.json").exists()
    assert ioa_run("--out", folder, *SMALL).returncode == 0
    assert summary(folder) == summary(unbroken)


@pytest.mark.parametrize("arguments, says", [
    (["--recipe", "alchemy"], "unknown recipe 'alchemy'"),
    (["--domain", "alchemy"], "unknown domain 'alchemy'"),
    (["--student", "classroom/alchemist"], "unknown model 'classroom/alchemist'"),
    (["--tau-gap", "1.4"], "tau_gap is 1.4"),
    (["--tau-low", "0.95"], "tau_low is 0.95"),
])
def test_bad_input_is_one_line_and_exit_code_2(tmp_path, arguments, says):
    done = ioa_run("--out", tmp_path/"run", *arguments)
    assert done.returncode == 2 and says in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path/"run").exists()


def test_another_runs_folder_is_refused(unbroken):
    done = ioa_run("--out", unbroken, *SMALL, "--seed", "7")
    assert done.returncode == 2 and "holds another run (config.seed = 0, not 7)" in done.stderr


def test_pickled_weights_are_refused(tmp_path):
    (tmp_path/"model").mkdir()
    (tmp_path/"model"/"config.json").write_text("{}")
    (tmp_path/"model"/"pytorch_model.bin").write_bytes(b"")
    done = ioa_run("--out", tmp_path/"run", "--student", tmp_path/"model")
    assert done.returncode == 2 and "pickled weights only (pytorch_model.bin)" in done.stderr


def test_ctrl_c_finishes_the_step_and_says_how_to_resume(unbroken, tmp_path):
    folder = tmp_path/"stopped"
    run = Command("ioa_nb.commands", "--out", folder, *SMALL)
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and not list(folder.glob("*round-002*")): time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    done = run.done(200)
    assert done.returncode == 130 and "the same command continues" in done.stderr
    assert ioa_run("--out", folder, *SMALL).returncode == 0
    assert summary(folder) == summary(unbroken)


@pytest.mark.parametrize("largest_file", [30_000, 300_000])       # too small for a profile, too small for the weights
def test_a_full_disk_is_one_line_and_the_run_continues_afterwards(unbroken, tmp_path, largest_file):
    folder = tmp_path/"full"
    done = ioa_run("--out", folder, *SMALL, before=functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY)))
    assert done.returncode == 2 and "the finished steps are kept, the same command continues" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and not (folder/"summary.json").exists()
    assert ioa_run("--out", folder, *SMALL).returncode == 0
    assert summary(folder) == summary(unbroken)


@pytest.mark.parametrize("budget, says", [("0", "teacher_tokens is 0"), ("900", "teacher_tokens is 900: 45 for the first of 20 rounds")])
def test_a_budget_too_small_for_one_round_is_refused(tmp_path, budget, says):
    done = ioa_run("--out", tmp_path/"run", "--teacher-tokens", budget)
    assert done.returncode == 2 and says in done.stderr and not (tmp_path/"run").exists()


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_good_weights(unbroken, tmp_path):
    folder = tmp_path/"broken"
    done = ioa_run("--out", folder, *SMALL, "--learning-rate", "1e30")
    assert done.returncode == 2 and "the loss is nan" in done.stderr and "lower the learning rate" in done.stderr
    assert not (folder/"round-003").exists() and not (folder/"summary.json").exists()
    from safetensors.torch import load_file
    for path in folder.glob("round-*/student/model.safetensors"):
        assert all(tensor.isfinite().all() for tensor in load_file(path).values())


def test_a_prerequisite_cycle_is_one_line_and_exit_code_2(tmp_path):
    (tmp_path/"ring.py").write_text("from ioa_nb.classroom import Classroom\n\nclass Ring(Classroom):\n    def __init__(self):\n        super().__init__()\n        self.prerequisites = {'add_facts': ('place_value',), 'place_value': ('add_facts',)}\n")
    folder = tmp_path/"ring-1.dist-info"; folder.mkdir()
    (folder/"METADATA").write_text("Metadata-Version: 2.1\nName: ring\nVersion: 1\n")
    (folder/"entry_points.txt").write_text("[ioa_nb.domains]\nring = ring:Ring\n")
    done = ioa_run("--out", tmp_path/"run", "--domain", "ring", *SMALL, before=functools.partial(on_path, str(tmp_path)))
    assert done.returncode == 2 and not (tmp_path/"run").exists()
    assert done.stderr.strip().splitlines()[-1] == "ioa_run: prerequisite cycle: place_value -> add_facts -> place_value; take one of these edges out"


def test_what_the_teacher_cannot_do_is_set_aside_and_named(tmp_path):
    folder = tmp_path/"run"         # the shipped student as teacher: there are modules of which it knows nothing
    done = ioa_run("--out", folder, "--teacher", "classroom/student", *SMALL)
    assert done.returncode == 0, done.stderr
    rows = json.loads((folder/"teacher"/"gate.json").read_text())["rows"]
    nothing = {r["module"] for r in rows} - {r["module"] for r in rows if r["correct"]}
    assert nothing and all(f"{m} is set aside" in done.stdout for m in nothing)
    for path in folder.glob("round-*"):
        assert set(json.loads((path/"diagnosis.json").read_text())["set_aside"]) == nothing
        assert not nothing & set(json.loads((path/"stage.json").read_text())["stage"])


@pytest.mark.parametrize("settings", [dict(lora_rank=4, micro_batch=4, gradient_checkpointing=True), dict(weight_decay=0.01, schedule="cosine", averaging=0.9), dict(mixed_precision="bf16")])
def test_settings_of_real_models_run_stop_continue_and_leave_an_ordinary_folder(tmp_path, settings):
    config = IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=4000, gate_probes=2, test_probes=3, optimizer="adamw", learning_rate=1e-3, **settings)
    def run(folder, control=None): return IOA(Classroom(), load_lm("classroom/teacher"), load_lm("classroom/student"), config).run(tmp_path/folder, control)
    whole, steps = run("whole"), iter(range(14))
    def stop():
        if next(steps, None) is None: raise Ended
    with pytest.raises(Ended): run("again", stop)
    again = run("again")
    timeless = lambda s: {k: v for k, v in s.items() if "seconds" not in k}
    assert timeless(again) == timeless(whole)
    student, before = load_lm(str(tmp_path/"whole"/"student")), load_lm("classroom/student")
    assert not student.model.model.layers[0].self_attn.q_proj.weight.equal(before.model.model.layers[0].self_attn.q_proj.weight)
    assert not hasattr(student.model, "peft_config") and student.parameters() == before.parameters()
    student.mixed_precision = config.mixed_precision
    after = measure(student, Classroom(), "test", 3, 0, max_new_tokens=config.max_new_tokens).accuracy
    assert after == {m: v["after"] for m, v in whole["modules"].items()}


def test_mixed_precision_is_used_in_training_and_in_asking_and_kept_from_the_weights(tmp_path):
    seen = set()
    student = load_lm("classroom/student")
    student.model.model.layers[1].mlp.up_proj.register_forward_hook(lambda layer, given, made: seen.add((student.model.training, str(made.dtype))))
    config = IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=4000, gate_probes=2, test_probes=3, mixed_precision="bf16")
    IOA(Classroom(), load_lm("classroom/teacher"), student, config).run(tmp_path/"run")
    assert seen == {(True, "torch.bfloat16"), (False, "torch.bfloat16")} and {str(p.dtype) for p in load_lm(str(tmp_path/"run"/"student")).model.parameters()} == {"torch.float32"}


def test_large_weights_are_kept_for_the_last_round_only(tmp_path, monkeypatch):
    monkeypatch.setattr("ioa_nb.rounds.LARGE", 1000)
    config = IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=4000, gate_probes=2, test_probes=3)
    def run(): return IOA(Classroom(), load_lm("classroom/teacher"), load_lm("classroom/student"), config).run(tmp_path/"run")
    summary = run()
    assert [p.parent.parent.name for p in (tmp_path/"run").glob("round-*/student/*.safetensors")] == ["round-002"] and run() == summary


def test_answers_outside_the_domain_are_rehearsed_and_counted(tmp_path):
    config = IOAConfig(rounds=2, teacher_tokens=1200, trained_tokens=4000, gate_probes=2, test_probes=3)
    def run(folder, recipe, general): return IOA(Classroom(), load_lm("classroom/teacher"), load_lm("classroom/student"), config, RECIPES[recipe], general=general).run(tmp_path/folder)
    prompts = ["What is 7 + 8?", "What is 90 - 4?", "What is 6 * 7?"]
    plain, more = run("plain", "ioa", ()), run("more", "ioa", prompts)
    kept = json.loads((tmp_path/"more"/"before"/"general.json").read_text())
    assert [e["question"] for e in kept["examples"]] == prompts and {e["module"] for e in kept["examples"]} == {"general"}
    assert not (tmp_path/"plain"/"before"/"general.json").exists() and kept["tokens"] == sum(e["tokens"] for e in kept["examples"]) > 0
    assert more["trained_tokens"] == pytest.approx(plain["trained_tokens"], rel=0.02) and set(more["modules"]) == set(plain["modules"])
    assert run("more", "ioa", prompts) == more
    with pytest.raises(IOAError, match="general = "): run("more", "ioa", prompts[:1])
    run("none", "no_rehearsal", prompts)
    assert not (tmp_path/"none"/"before"/"general.json").exists()
