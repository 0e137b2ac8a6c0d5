"The study: cells that resume, fail alone, and are shown as they are"
import csv
import json

import pytest
from forked import ioa_study

from ioa_nb.core import IOAError, save_json
from ioa_nb.study import cell_name, interval, main, paired, run_grid, write_table
from ioa_nb.study_parts import BUDGETED, ELSEWHERE, FIRST, plan_cells, show

LOOK = ["--grid", "parts", "--arms", "hard,targeted_rehearsal", "--seeds", "0", "--student", "classroom/student", "--jobs", "2",
        "--settings", "rounds=2,teacher_tokens=900,trained_tokens=3000,gate_probes=2,test_probes=2,max_new_tokens=100"]


def test_a_look_from_the_command_to_the_table_and_again(tmp_path, monkeypatch):
    done = ioa_study(*LOOK, "--out", tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = list(csv.DictReader((tmp_path/"table.csv").open()))
    assert not set("arm student seed budget macro deficient retained teacher_tokens trained_tokens student_tokens wall_seconds".split()) - set(rows[0])
    assert {(r["arm"], r["budget"]) for r in rows} == {("targeted_rehearsal", "1"), ("targeted_rehearsal", "1/3"), ("targeted_rehearsal", "3"), ("hard", "1")}
    spent = {r["budget"]: int(r["teacher_tokens"]) for r in rows if r["arm"] == "targeted_rehearsal"}
    assert spent["1/3"] <= 300 < spent["1"] <= 900 < spent["3"] <= 2700
    assert all(len(json.loads(p.read_text())["curve"]) >= 10 for p in (tmp_path/"cells").glob("*.json"))
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path/"cells").glob("*.json")}
    again = ioa_study(*LOOK, "--out", tmp_path)
    assert again.returncode == 0 and "targeted_rehearsal" in again.stdout
    assert stamps == {p: p.stat().st_mtime_ns for p in (tmp_path/"cells").glob("*.json")}
    assert not list(tmp_path.glob("runs/*/round-*/student"))                                       # figures are kept, weights are not


def test_one_cell_that_fails_does_not_stop_the_others(tmp_path):
    cells = plan_cells([0], ["hard"], "classroom/nobody")
    save_json(tmp_path/"cells"/f"{cell_name(plan_cells([1], ['hard'], 'classroom/nobody')[0])}.json", dict(arm="hard", seed=1))
    with pytest.raises(IOAError, match="1 of 2 cells failed, the others are kept"): run_grid("parts", tmp_path, [0, 1], ["hard"], student="classroom/nobody")
    assert not (tmp_path/"cells"/f"{cell_name(cells[0])}.json").exists()


def test_another_study_in_the_folder_is_refused(tmp_path):
    save_json(tmp_path/"study.json", dict(grid="losses", settings={}))
    with pytest.raises(IOAError, match="holds another study"): run_grid("parts", tmp_path, [0])


@pytest.mark.parametrize("arguments, said", [(["--seeds", "a"], "give whole numbers"), (["--grid", "x"], "unknown grid 'x'"), (["--grid", "parts", "--arms", "x"], "unknown arm 'x'"),
                                             (["--jobs", "0"], "jobs is 0"), (["--settings", "rounds"], "give NAME=VALUE")])
def test_bad_input_is_one_line(arguments, said, tmp_path):
    done = ioa_study(*arguments, "--out", tmp_path/"out")
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_the_plan_has_every_row_that_is_promised():
    planned = plan_cells(range(5))
    main = [c for c in planned if c["student"] == "classroom/student"]
    for arm in FIRST: assert sum(c["arm"] == arm and c["budget"] == "1" for c in main) == 5
    for arm in BUDGETED: assert all(sum(c["arm"] == arm and c["budget"] == b for c in main) == 5 for b in ("1/3", "3"))
    for student in ("classroom/student_b", "classroom/student_c"): assert sum(c["student"] == student for c in planned) == 3 * len(ELSEWHERE)


def test_differences_are_paired_and_seeds_that_one_arm_lacks_are_left_out():
    rows = [dict(arm="a", seed=s, macro=0.5 + s) for s in range(4)] + [dict(arm="b", seed=s, macro=0.4 + s) for s in range(3)]
    assert paired(rows, "a", "b") == pytest.approx([0.1] * 3)
    assert interval(paired(rows, "a", "b"))[1] == pytest.approx(0, abs=1e-9)


def test_an_arm_with_one_seed_is_shown_without_an_interval(tmp_path):
    row = dict(student="s", budget="1", deficient=None, retained=1.0, forgetting=None, cpu_seconds=1.0, arm="ioa", seed=0, macro=0.5)
    assert "±" not in show([row]) and "0.500" in show([row])
    assert write_table([dict(row, curve=[1, 2]), dict(row, extra=dict(a=1))], tmp_path/"t.csv").read_text().splitlines()[0].endswith("extra_a")


def test_a_seed_without_a_deficient_module_has_no_difference_there():
    row = dict(student="s", budget="1", retained=1.0, forgetting=None, cpu_seconds=1.0)
    rows = [dict(row, arm=a, seed=s, macro=m, deficient=d) for a, m in (("ioa", 0.8), ("hard", 0.7)) for s, d in ((0, 0.5), (1, None))]
    assert paired(rows, "hard", "ioa", "deficient") == [0.0] and show(rows).splitlines()[3].endswith("-0.100 ± 0.000          +0.000")


def losses(folder, **seeds): # a finished grid of losses, arm -> its seeds
    for arm, mine in seeds.items():
        for seed in mine: save_json(folder/"cells"/f"{arm}-{seed}.json", dict(arm=arm, seed=seed, macro=0.8 + 0.01 * seed, deficient=0.4, retained=1.0, robust=dict(typos=0.5), wall_seconds=1.0))
    save_json(folder/"study.json", dict(grid="losses", settings={}))
    return folder


def test_losses_on_one_seed_or_on_other_seeds_make_a_table(tmp_path, capsys):
    arms = ("labels", "logits", "on_policy", "hidden", "adversarial")
    main(["--seeds", "0", "--out", str(losses(tmp_path/"one", **{a: [0] for a in arms}))])
    assert "±" not in capsys.readouterr().out and len(list(csv.DictReader((tmp_path/"one"/"table.csv").open()))) == 5
    main(["--merge", str(losses(tmp_path/"ada", labels=[0, 1, 2], logits=[0])), str(losses(tmp_path/"ben", logits=[1])), "--out", str(tmp_path/"both")])
    assert "+0.000 ± 0.000" in capsys.readouterr().out


def test_the_table_is_written_before_it_is_shown(tmp_path, monkeypatch):
    monkeypatch.setattr("ioa_nb.study_losses.show", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError): main(["--merge", str(losses(tmp_path/"ada", labels=[0])), "--out", str(tmp_path/"all")])
    assert (tmp_path/"all"/"table.csv").exists()


def test_a_student_that_learns_nothing_retains_what_it_knew(monkeypatch):
    from ioa_nb.core import load_domain
    from ioa_nb.study_losses import loss_cell
    gate = {m: 0.9 if k < 3 else 0.0 for k, m in enumerate(load_domain("classroom").modules)}          # not what the final test says
    monkeypatch.setattr("ioa_nb.study_losses.loss_rows", lambda *a, **k: ([], gate))
    monkeypatch.setattr("ioa_nb.training.fit", lambda *a, **k: type("Done", (), dict(written=0)))
    assert loss_cell("labels", 0, probes=4, robust_probes=1)["retained"] == 1.0


def laptop(folder, seed, grid="parts", **settings):
    for arm, macro in (("ioa", 0.8), ("hard", 0.7)):
        cell = dict(student="s", arm=arm, budget="1", seed=seed)
        save_json(folder/"cells"/f"{cell_name(cell)}.json", cell | dict(macro=macro + 0.01 * seed, deficient=0.5, retained=1.0, forgetting=0.0, cpu_seconds=1.0))
    save_json(folder/"study.json", dict(grid=grid, settings=settings))
    return folder


def test_thirty_laptops_make_one_table_with_one_interval(tmp_path):
    done = ioa_study("--merge", *(laptop(tmp_path/f"laptop-{s}", s) for s in range(30)), "--out", tmp_path/"all")
    assert done.returncode == 0, done.stderr
    assert "hard                   30 " in done.stdout and "-0.100 ± 0.000" in done.stdout
    assert len(list(csv.DictReader((tmp_path/"all"/"table.csv").open()))) == 60 == len(json.loads((tmp_path/"all"/"rows.json").read_text()))


@pytest.mark.parametrize("seed, grid, settings, said", [(0, "parts", {}, "seed 0 would count twice"), (1, "parts", dict(rounds=4), "rounds = 4"), (1, "losses", {}, "holds grid 'losses'")])
def test_what_must_not_be_merged_is_named(seed, grid, settings, said, tmp_path):
    done = ioa_study("--merge", laptop(tmp_path/"ada", 0), laptop(tmp_path/"ben", seed, grid, **settings), "--out", tmp_path/"all")
    assert done.returncode == 2 and said in done.stderr and "ben" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path/"all").exists()
