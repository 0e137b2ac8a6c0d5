"The commands as a person meets them: files, overrides, errors in one line, an estimate, a report, a talk"
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from api_server import Server

from ioa_nb.commands import PRESETS, _again, _check, _config, _main, _student, _teacher, chat, init, main, preset_text, read_arguments, read_config, report
from ioa_nb.core import IOAConfig, IOAError, load_domain, load_json, save_json
from ioa_nb.models import load_lm

SMALL = "rounds: 1\nteacher_tokens: 600\ntrained_tokens: 3000\ngate_probes: 2\ntest_probes: 3\nbeside: []\n"


def fails(command, arguments, capsys, *says):
    with pytest.raises(SystemExit) as stopped: command(arguments)
    said = capsys.readouterr().err.strip().splitlines()
    assert stopped.value.code == 2 and len(said) == 1 and all(s in said[0] for s in says), said


@pytest.fixture(scope="module")
def finished(tmp_path_factory): # a run made from a file
    folder = tmp_path_factory.mktemp("commands")
    (folder/"run.yaml").write_text(SMALL + f"out: {folder/'run'}\nseed: 5\n")
    main([str(folder/"run.yaml"), "--seed", "3"])
    return folder/"run"


def test_a_file_and_one_override_make_a_run(finished):
    config = json.loads((finished/"config.json").read_text())["config"]
    assert (config["rounds"], config["seed"], config["tau_gap"]) == (1, 3, 0.3) and (finished/"report.html").exists()


def test_a_report_is_made_again_and_the_student_talks(finished, capsys):
    (finished/"report.html").unlink()
    report([str(finished)]); chat([str(finished), "--question", "What is 7 + 8?"])
    out = capsys.readouterr().out
    assert (finished/"report.html").exists() and "deficient" in out and "####" in out.splitlines()[-1]


def test_a_report_keeps_the_baseline_that_the_run_had(tmp_path, monkeypatch, capsys):
    from ioa_nb import commands
    summaries = {"": dict(recipe="ioa", student_after=0.7, baseline_after=None), "uniform": dict(student_after=0.61), "hard": dict(student_after=0.42)}
    for name, found in summaries.items(): save_json(tmp_path/name/"summary.json", found)
    monkeypatch.setattr(commands, "table", lambda *found: ""); monkeypatch.setattr(commands, "write_report", lambda out: "")
    commands._conclude(tmp_path, ["uniform", "hard"])
    report([str(tmp_path)])
    assert load_json(tmp_path/"summary.json")["baseline_after"] == 0.61


def test_a_talk_reads_lines_until_an_empty_one():
    run = subprocess.run([sys.executable, "-c", "from ioa_nb.commands import chat; chat(['classroom/student'])"], input="What is 7 + 8?\nWhat is 2 + 2?\n\nWhat is 1 + 1?\n", capture_output=True, text=True)
    assert run.returncode == 0 and run.stdout.count("####") == 2


def test_a_dry_run_says_what_it_would_take_and_leaves_nothing(tmp_path, capsys):
    main(["--dry-run", "--out", str(tmp_path/"run"), "--prices", "0.5", "2"])
    out = capsys.readouterr().out
    assert "nothing was run" in out and "cost             about 0." in out and not (tmp_path/"run").exists()


@pytest.mark.parametrize("arguments, says", [
    (["--student", "./nope"], "missing model folder ./nope"), (["--student", "classroom/nope"], "unknown model 'classroom/nope'; the classroom has: classroom/student"), (["--teacher", "nonsense"], "unknown model 'nonsense'; name a folder"), (["--student", "expert"], "'expert' is no model"),
    (["--teacher", "api:nonsense"], "write api:MODEL@BASE_URL"), (["--teacher", "api:toy@http://127.0.0.1:9/v1", "--money", "3"], "there are no prices"), (["--device", "gpu"], "device is 'gpu'; choose cpu"), (["--device", "cuda:1"], "this process trains on cuda:0; write cuda"),
    (["--seeds", "0"], "--seeds is 0"), (["--prices", "-1", "2"], "prices holds -1.0; give a number, 0 or above"), (["--benchmarks", "nonsense"], "exam 'nonsense' is neither a file nor installed"),
    (["--trained-tokens", "5000"], "trained_tokens is 5000: 56 for the first of 20 rounds"), (["--recipe", "nonsense"], "unknown recipe 'nonsense'"), (["--domain", "nonsense"], "unknown domain 'nonsense'")], ids=" ".join)
def test_a_dry_run_refuses_what_the_run_refuses(tmp_path, arguments, says, capsys):
    fails(main, ["--dry-run", "--out", str(tmp_path/"run"), *arguments], capsys, says)
    assert not (tmp_path/"run").exists()


def test_a_dry_run_counts_the_items_of_a_domain(tmp_path, capsys):
    from ioa_nb.domains import save_folder
    save_folder(load_domain("classroom"), tmp_path/"few", n=90)
    for name in ("gate_probes", "test_probes"): fails(main, ["--dry-run", "--domain", str(tmp_path/"few"), "--gate-probes", "3" if name[0] == "t" else "8"], capsys, f"{name} is ", "of domain 'classroom' has 9 ", f"set {name} to {3 if name[0] == 'g' else 9} at most")


def test_an_expert_needs_solutions(tmp_path, capsys):
    from ioa_nb.domains import save_folder
    folder = save_folder(load_domain("classroom"), tmp_path/"unsolved", n=90)
    lines = [json.loads(line) for line in (folder/"items.jsonl").read_text().splitlines()]
    (folder/"items.jsonl").write_text("".join(json.dumps({k: v for k, v in line.items() if k != "solution"}) + "\n" for line in lines))
    for more in ([], ["--dry-run"]): fails(main, ["--teacher", "expert", "--domain", str(folder), "--gate-probes", "1", "--test-probes", "2", "--out", str(tmp_path/"run"), *more], capsys, "has no solution of", "give its items a `solution`")


def test_a_missing_key_is_told_before_anything_is_loaded(tmp_path, capsys, monkeypatch):
    from ioa_nb import commands
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(commands, "load_lm", lambda *_: pytest.fail("loaded"))
    fails(main, ["--recipe", "ioa", "--teacher", "api:x@https://api.example.org/v1", "--out", str(tmp_path/"run")], capsys, "no key for https://api.example.org/v1")


def test_a_dry_run_needs_no_key_and_says_between_what_the_bill_lies(capsys, monkeypatch):
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    main(["--dry-run", "--teacher", "api:toy@https://api.example.org/v1", "--prices", "0", "1", "--max-new-tokens", "1000", "--recipe", "uniform"])
    bill = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("cost")).split()
    assert float(bill[2]) < 0.2 and bill[3] == "to" and float(bill[4]) == round((18 * (3 * 20 + 200) * 1000 + 100_000) / 1e6, 2)       # every probe as long as it may be, and the lessons


def test_a_dry_run_knows_how_many_bytes_a_weight_has(capsys, monkeypatch):
    from ioa_nb import commands
    monkeypatch.setattr(commands, "_size", lambda *_: (10**9, 0, None))
    for teacher in ("expert", "classroom/teacher"): main(["--dry-run", "--lora-rank", "4", "--teacher", teacher]); main(["--dry-run", "--lora-rank", "4", "--dtype", "bfloat16", "--teacher", teacher])
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("memory")] == ["4.0", "2.0", "8.0", "4.0"]          # a teacher here has weights, too
    monkeypatch.setattr(commands, "_size", lambda name, _: (None if "teacher" in name else 10**9, 0, None))
    main(["--dry-run", "--lora-rank", "4"])
    out = capsys.readouterr().out
    assert "memory           4.0 GB" in out and "classroom/teacher: its memory comes on top" in out


@pytest.mark.parametrize("name", PRESETS)
def test_every_ready_made_file_is_read_back_and_every_line_has_its_comment(tmp_path, name, capsys):
    init([name, str(tmp_path/"a.yaml")])
    values = read_config(tmp_path/"a.yaml")
    IOAConfig(**{k: v for k, v in values.items() if k in IOAConfig.__dataclass_fields__})
    assert values == PRESETS[name][1] and all("#" in line for line in preset_text(name).splitlines() if line and not line.startswith("format"))
    capsys.readouterr(); fails(init, [name, str(tmp_path/"a.yaml")], capsys, "is there already")


def test_a_paid_teacher_of_a_ready_made_file_has_prices_and_an_end_and_the_large_ones_train_three_epochs(tmp_path, capsys):
    (tmp_path/"gpu.yaml").write_text(preset_text("gpu"))
    a = read_arguments([str(tmp_path/"gpu.yaml")])
    assert a.money and len(a.prices) == 2 and "look them up" in preset_text("gpu")
    assert all(PRESETS[name][1]["trained_tokens"] == 3 * PRESETS[name][1]["teacher_tokens"] for name in ("gpu", "cluster"))
    main([str(tmp_path/"gpu.yaml"), "--dry-run"])
    assert "cost             about" in capsys.readouterr().out


def test_the_file_for_several_cards_fits_its_own_launch_lines(tmp_path, monkeypatch, capsys):
    (tmp_path/"cluster.yaml").write_text(preset_text("cluster"))
    serve, start = (line.removeprefix("#   ") for line in preset_text("cluster").splitlines() if line.startswith("#   "))
    cards = [line.split()[0].removeprefix("CUDA_VISIBLE_DEVICES=").split(",") for line in (serve, start)]
    assert not set(cards[0]) & set(cards[1]) and [len(c) for c in cards] == [int(serve.split("size ")[1]), int(start.split("node ")[1].split()[0])]
    monkeypatch.setenv("WORLD_SIZE", str(len(cards[1])))
    _check(read_arguments([str(tmp_path/"cluster.yaml")]))
    for more in ([], ["--dry-run"]):
        fails(main, [str(tmp_path/"cluster.yaml"), "--micro-batch", "2", *more], capsys, "micro_batch is 2, and 4 processes share its rows; choose a multiple of 4")
        fails(main, ["--recipe", "ioa", "--batch-size", "18", *more], capsys, "batch_size is 18, and 4 processes")


def test_several_processes_together_keep_to_the_requests_in_flight(monkeypatch):
    from ioa_nb.commands import _judging, _server
    a = read_arguments([*JUDGED, "--judge", CRITIC, "--concurrency", "10"])
    def each(): return [ask(a)["concurrency"] for ask in (_server, _judging)]
    assert each() == [10, 10]
    for processes, share in ((4, 2), (16, 1)): monkeypatch.setenv("WORLD_SIZE", str(processes)); assert each() == [share, share]


def test_a_thought_that_is_cut_off_is_told(monkeypatch, capsys):
    from ioa_nb import commands
    from ioa_nb.models import Generation
    class Thinker:
        def generate(self, requests, sampling): return [[Generation("", finish_reason="length", reasoning="Let me see") if sampling.max_new_tokens < 9 else Generation("15")]]
    monkeypatch.setattr(commands, "load_lm", lambda *_: Thinker())
    for n in ("8", "9"): chat(["thinker", "--question", "What is 7 + 8?", "--max-new-tokens", n])
    said = capsys.readouterr()
    assert said.out == "15\n" and said.err == "ioa_chat: --max-new-tokens 8 ended it in its thought; give it more\n"


@pytest.mark.parametrize("text, says", [("teacher_tokns: 5", "did you mean 'teacher_tokens'"), ("rounds: many", "rounds is 'many'; choose a whole number"), ("- rounds", "holds list"), ("format: 0", "another version (format 0"),
                                        ("beside: uniform", "beside is 'uniform'; give a list"), ("a: b: c", "not YAML"), ("tau_gap: 3", "tau_gap is 3.0; choose a value from 0 to 1"), ("teacher_tokens: 0", "teacher_tokens is 0"),
                                        ("gradient_checkpointing: 1", "choose true or false"), ("lora_dropout: 1.0", "below 1"), ("optimizer: sgd", "one of muon, adamw"), ("prices: [1]", "prices is [1]; give a list of two numbers"),
                                        ("prices: [a, b]", "two numbers"), ("prices: [1, true]", "two numbers"), ("money: true", "money is True; give a number"), ("money: much", "money is 'much'; give a number"),
                                        ("benchmarks: [5]", "benchmarks is [5]; choose a list of names"), ("teacher:", "teacher is empty; give a word"), ("student: None", "student is empty"), ("domain:", "domain is empty"), ("out:", "out is empty"),
                                        ("learning_rate: .inf", "learning_rate is inf; choose a number that has an end"), ("temperature: -.inf", "temperature is -inf"), ("money: .nan", "money is nan; give a number"), ("prices: [1, .inf]", "two numbers")])
def test_faults_of_a_file_are_one_line(tmp_path, text, says, capsys):
    (tmp_path/"run.yaml").write_text(text)
    fails(main, [str(tmp_path/"run.yaml")], capsys, "run.yaml", says)


def test_a_file_that_is_no_text_is_told_in_one_line(tmp_path, capsys):
    (tmp_path/"run.yaml").write_bytes("rounds: 2 # für später".encode("latin-1"))
    fails(main, [str(tmp_path/"run.yaml")], capsys, "run.yaml is no UTF-8")


@pytest.mark.parametrize("arguments, says", [(["--teacher-tokns", "5"], "unknown argument '--teacher-tokns'; did you mean --teacher-tokens?"), (["--sede=3"], "did you mean --seed?"), (["a.yaml", "b.yaml"], "unknown argument 'b.yaml'; ioa_run --help"),
                                             (["--money", "nan"], "money holds nan"), (["--prices", "1", "inf"], "prices holds inf"), (["--dtype", "bf16"], "dtype is 'bf16'; choose float32, bfloat16 or float16"), (["--learning-rate", "inf"], "learning_rate is inf")], ids=" ".join)
def test_faults_of_the_command_line_are_one_line(arguments, says, capsys):
    for more in ([], ["--dry-run"]): fails(main, [*arguments, *more], capsys, says)


@pytest.mark.parametrize("text, name, value", [("benchmarks: gsm8k", "benchmarks", ("gsm8k",)), ("benchmarks: gsm8k,humaneval", "benchmarks", ("gsm8k", "humaneval")), ("benchmarks: [gsm8k, humaneval]", "benchmarks", ("gsm8k", "humaneval")),
                                               ("learning_rate: 1e-4", "learning_rate", 1e-4), ("mixed_precision: no", "mixed_precision", "no"), ("stage_size: None", "stage_size", None)])
def test_a_file_says_what_a_person_meant(tmp_path, text, name, value):
    (tmp_path/"run.yaml").write_text(text)
    assert getattr(_config(read_arguments([str(tmp_path/"run.yaml")])), name) == value
    (tmp_path/"run.yaml").write_text("money: 5e-1\nprices: [1e0, 2]\n")
    a = read_arguments([str(tmp_path/"run.yaml")])
    assert (a.money, a.prices) == (0.5, [1, 2])


def test_what_is_no_run_has_no_report(tmp_path, capsys):
    fails(report, [str(tmp_path)], capsys, "is not a finished run", "the command that began it continues it")
    fails(chat, [str(tmp_path)], capsys, "config.json is missing")


def test_a_summary_of_something_else_is_no_run(tmp_path, capsys):
    for found in (dict(accuracy=0.5), [1]):
        save_json(tmp_path/"summary.json", found)
        fails(report, [str(tmp_path)], capsys, "summary.json is no summary of a run")


def test_the_reports_of_all_seeds_are_made_again(finished, tmp_path, capsys):
    for seed in (0, 1):
        shutil.copytree(finished, tmp_path/f"seed-{seed}"); (tmp_path/f"seed-{seed}"/"report.html").unlink()
        save_json(tmp_path/f"seed-{seed}"/"summary.json", load_json(finished/"summary.json") | dict(seed=seed))
    report([str(tmp_path)])
    out = capsys.readouterr().out
    assert len(list(tmp_path.glob("seed-*/report.html"))) == 2 and out.count("report:") == 2 and out.splitlines()[-1].split()[:2] == ["ioa", "2"]


def test_an_unfinished_run_says_who_its_student_is_so_far(tmp_path, capsys):
    save_json(tmp_path/"config.json", dict(format=2))
    fails(chat, [str(tmp_path)], capsys, "is not a finished run; the command that began it continues it")
    for n in (1, 2): save_json(tmp_path/f"round-00{n}"/"student"/"config.json", {})
    fails(chat, [str(tmp_path)], capsys, "round-002/student is its student so far")


def test_the_command_line_has_every_setting():
    for name, f in IOAConfig.__dataclass_fields__.items():
        assert getattr(read_arguments([]), name) == (",".join(f.default) or f.default if name == "benchmarks" else f.default)
    assert yaml.safe_load(preset_text("gpu"))["lora_rank"] == 16


def test_weights_that_are_trained_are_float32_however_they_were_saved(tmp_path, capsys):
    saved = load_lm("classroom/student", dtype="bfloat16")
    saved.model.save_pretrained(tmp_path/"student"); saved.tokenizer.save_pretrained(tmp_path/"student")
    def kind(*more): return str(_student(read_arguments(["--student", str(tmp_path/"student"), "--device", "meta", *more])).model.dtype)       # a device that is no CPU
    assert kind() == "torch.float32" and kind("--lora-rank", "4") == kind("--lora-rank", "4", "--dtype", "bfloat16") == "torch.bfloat16"
    capsys.readouterr()
    for more in ([], ["--dry-run"]): fails(main, ["--dtype", "bfloat16", "--out", str(tmp_path/"run"), *more], capsys, "dtype is bfloat16", "mixed_precision bf16", "lora_rank")


def test_money_is_of_the_whole_command(tmp_path, monkeypatch):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))
    from ioa_nb import commands
    purses, started = [], []
    monkeypatch.setattr(commands, "collect", lambda top: {}); monkeypatch.setattr(commands, "over_seeds", lambda found: "")
    monkeypatch.setattr(commands, "Child", lambda command, **_: started.append(command))
    def run(a): # as far as the teacher, here and in the process beside
        commands._start_beside(a, "uniform", Path(a.out))
        purses.extend((t.run, t.purse) for t in (_teacher(b, None, None) for b in (a, read_arguments(started.pop()[3:]))))
    monkeypatch.setattr(commands, "_run", run)
    paid = ["--teacher", "api:toy@http://127.0.0.1:9/v1", "--money", "3", "--prices", "1", "2", "--out", str(tmp_path/"top")]
    _main([*paid, "--seeds", "2"]); _main(paid)
    bill = (tmp_path/"top"/".bill").read_text()
    assert len(bill) == 32 and purses == [(f"{bill}{name}", bill) for name in ("/seed-0", "/seed-0/uniform", "/seed-1", "/seed-1/uniform", "", "/uniform")]


def test_a_bill_goes_with_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    with Server() as server:
        def asked(out): return read_arguments(["--teacher", f"api:toy@{server.url}", "--out", str(tmp_path/out)])
        def teacher(out): return _teacher(asked(out), None, None)
        one = asked("one")                                                              # read here: Python 3.11.7 parses source in one thread at a time (its issue 106905)
        with ThreadPoolExecutor(8) as pool: assert len({lm.run for lm in pool.map(lambda a: _teacher(a, None, None), [one] * 8)}) == 1         # processes of one run
        teacher("one").generate(["a", "b", "c"])
        (tmp_path/"one").rename(tmp_path/"two")
        assert [teacher(out).usage["requests"] for out in ("two", "one")] == [3, 0]
        shutil.rmtree(tmp_path/"two")
        assert teacher("two").usage["requests"] == 0
        (tmp_path/"old"/"seed-0").mkdir(parents=True); (tmp_path/"old"/"seed-0"/"config.json").write_text("{}")
        assert teacher("old").run == (tmp_path/"old").resolve().as_posix()              # begun by an earlier version


BIG, CRITIC = "api:big@http://127.0.0.1:9/v1", "api:critic@http://127.0.0.1:9/v1"
JUDGED = ["--teacher", BIG, "--requests", "json"]
@pytest.mark.parametrize("more, says", [
    (["--judge", "teacher", "--requests", "plain"], "requests is 'plain'; a judge verifies"), (["--judge", "expert"], "no verdicts; name a model"), (["--judge", "teacher", "--judge-money", "1"], "for a judge behind a server of its own"),
    (["--judge", f"{BIG}/", "--judge-prices", "1", "2"], "for a judge behind a server of its own"), (["--judge-prices", "1", "2"], "judge is None"),
    (["--judge", CRITIC, "--judge-money", "1"], "there are no judge_prices; give --judge-prices IN OUT"), (["--judge", CRITIC, "--judge-money", "0", "--judge-prices", "1", "2"], "judge_money is 0, and every new problem"),
    (["--judge", CRITIC, "--judge-money", "2", "--judge-prices", "0", "0"], "judge_money is 2.0 and both judge_prices are 0"), (["--judge", CRITIC, "--judge-prices", "nan", "2"], "judge_prices holds nan"),
    (["--judge", CRITIC, "--judge-money", "-1", "--judge-prices", "1", "2"], "judge_money holds -1.0"), (["--prices", "-1", "2"], "prices holds -1.0"), (["--judge", "api:critic"], "names no model behind a server"),
    (["--judge", "nobody"], "unknown model 'nobody'"), (["--judge", "teacher", "--recipe", "careless_unverified"], "would not be asked"), (["--teacher", "expert"], "writes no JSON"), (["--recipe", "ioa_logits"], "shows no weights"),
    (["--extra", "{n: 4}"], "extra holds 'n'")])
@pytest.mark.parametrize("dry", [True, False])
def test_a_judge_that_cannot_be(more, says, dry, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path))
    fails(main, [*JUDGED, *more, "--out", str(tmp_path/"run"), *(["--dry-run"] if dry else [])], capsys, says)


def test_a_judge_in_a_file_can_be_exchanged_and_left_out(tmp_path):
    def settled(text, *line):
        (tmp_path/"run.yaml").write_text(f"teacher: {BIG}\nrequests: json\n{text}")
        a = read_arguments([str(tmp_path/"run.yaml"), *line])
        return a.judge, a.judge_prices, a.judge_money
    for unclear in ("beside: no", "money: no", "recipe: no"):                       # who says no to one of these means something, and not its default
        with pytest.raises(IOAError, match="is False; give a"): settled(f"{unclear}\n")
    paid = f"judge: {CRITIC}\njudge_prices: [1e-1, 2]\njudge_money: 3\n"
    assert settled(paid) == settled(paid, "--judge", CRITIC) == (CRITIC, [0.1, 2], 3)
    assert settled(paid, "--judge", "teacher") == ("teacher", None, None) and settled(paid, "--judge", "None") == settled(paid, "--judge", "") == settled("judge: no\n") == settled("judge:\n") == (None, None, None)


@pytest.mark.parametrize("teacher, judge, sent", [
    ("https://one.example.org/v1", "https://two.example.org/v1", "sk-judge-00000000"), ("https://one.example.org/v1", "https://one.example.org/v1", "sk-teacher-000000"), ("https://one.example.org/v1", "https://api.openai.com/v1", "sk-judge-00000000")])
def test_a_judge_elsewhere_has_a_key_of_its_own(teacher, judge, sent, monkeypatch, capsys):
    from ioa_nb.api import _read_key
    from ioa_nb.commands import _judging
    monkeypatch.setenv("IOA_API_KEY", "sk-teacher-000000")
    for name in ("IOA_JUDGE_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    a = read_arguments(["--teacher", f"api:big@{teacher}", "--judge", f"api:critic@{judge}", "--requests", "json"])
    if sent.startswith("sk-judge"): fails(main, ["--teacher", a.teacher, "--judge", a.judge, "--requests", "json"], capsys, "set IOA_JUDGE_API_KEY")           # never the teacher's
    monkeypatch.setenv("IOA_JUDGE_API_KEY", "sk-judge-00000000")
    _check(a)
    assert _read_key(judge, _judging(a)["key"]) == sent


def test_an_arm_that_says_much_goes_on():
    from ioa_nb.processes import Child
    child = Child([sys.executable, "-c", "import sys; sys.stderr.write('=' * 300_000); sys.stderr.write('\\nwrong'); sys.exit(2)"])
    assert child.wait(30) == 2 and child.last_word == "wrong"


def test_the_arm_beside_has_the_same_judge(capsys):
    a = read_arguments([*JUDGED, "--judge", CRITIC, "--judge-prices", "1", "2", "--judge-money", "3"])
    again = read_arguments(_again(a))
    assert (again.judge, again.judge_prices, again.judge_money) == (a.judge, [1.0, 2.0], 3.0)
    main([*JUDGED, "--judge", "teacher", "--dry-run"])
    assert "teacher: a verdict on each new problem, written out of the teacher's tokens; its cost is among the teacher's" in capsys.readouterr().out
    main([*JUDGED, "--judge", CRITIC, "--judge-prices", "1", "2", "--judge-money", "3", "--dry-run"])
    assert "what its server asks comes on top, 3 at most" in capsys.readouterr().out


def test_a_teacher_that_judges_is_one_model():
    from ioa_nb.commands import _judge
    teacher = object()
    for name, found in ((None, None), ("teacher", teacher), (BIG, teacher), (f"{BIG}/", teacher)): assert _judge(read_arguments([*JUDGED, *(["--judge", name] if name else [])]), teacher) is found


def test_every_seed_has_the_threads_of_the_first(monkeypatch, tmp_path):
    import torch
    from ioa_nb import commands
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    now, set_to = [8], []
    monkeypatch.setattr(torch, "get_num_threads", lambda: now[0])
    monkeypatch.setattr(torch, "set_num_threads", lambda n: (set_to.append(n), now.__setitem__(0, n)))
    monkeypatch.setattr(commands, "_student", lambda a: (_ for _ in ()).throw(IOAError("far enough")))
    a = read_arguments(["--student", "smollm2", "--out", str(tmp_path)])
    for _ in range(3):
        with pytest.raises(IOAError, match="far enough"): commands._run(a)
    a = read_arguments(["--out", str(tmp_path)])
    with pytest.raises(IOAError, match="far enough"): commands._run(a)
    assert set_to == [4, 4, 4, 1]


ARM = "import pathlib, signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: (time.sleep(0.3), pathlib.Path(sys.argv[1]).touch(), sys.exit(130)))\nprint('ready', flush=True); time.sleep(60)"


def arm(kept): # one that has something in flight when it is told to stop
    other = subprocess.Popen([sys.executable, "-S", "-c", ARM, str(kept)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert other.stdout.readline() == "ready\n"
    return other


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_asks_once_is_heard_between_two_steps_and_twice_at_once_and_so_are_the_arms_beside(tmp_path, number, capfd):
    from ioa_nb import commands
    from ioa_nb.rounds import Ended
    before = signal.getsignal(number)
    others = dict(uniform=arm(tmp_path/"kept"))
    with commands._gentle_stop(others) as stop:
        stop(); os.kill(os.getpid(), number)
        with pytest.raises(Ended): stop()
        commands._end(others, told=True)
        with pytest.raises(KeyboardInterrupt): os.kill(os.getpid(), number); time.sleep(5)
    assert (tmp_path/"kept").exists() and others["uniform"].returncode == 130 and signal.getsignal(number) == before


def test_an_arm_beside_keeps_what_is_in_flight_when_the_main_one_fails(tmp_path, monkeypatch, capsys):
    from ioa_nb import commands, rounds
    others = []
    monkeypatch.setattr(commands, "_start_beside", lambda *_: others.append(arm(tmp_path/"kept")) or others[0])
    monkeypatch.setattr(rounds.IOA, "run", lambda *_: (_ for _ in ()).throw(IOAError("the budget is used up")))
    with pytest.raises(SystemExit): main(["--out", str(tmp_path/"run")])
    assert (tmp_path/"kept").exists() and others[0].returncode == 130 and capsys.readouterr().err == "ioa_run: the budget is used up\n"


def test_how_a_server_is_asked_can_be_set_in_the_file_on_the_command_line_and_for_the_arm_beside(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache")); monkeypatch.setenv("IOA_API_KEY", "sk-none-at-all")
    (tmp_path/"run.yaml").write_text(SMALL + "teacher: api:small@http://127.0.0.1:9/v1\nconcurrency: 3\ntimeout: 20\nextra: {reasoning_effort: low}\n")
    a = read_arguments([str(tmp_path/"run.yaml"), "--concurrency", "2", "--out", str(tmp_path/"run")])
    teacher = _teacher(a, load_domain("classroom"), None)
    assert (teacher.concurrency, teacher.timeout, teacher.extra) == (2, 20, {"reasoning_effort": "low"})
    other = read_arguments(["--out", str(tmp_path/"run"/"uniform"), *_again(a)])
    assert (other.concurrency, other.timeout, other.extra) == (2, 20, {"reasoning_effort": "low"})
    for words, said in ((["--concurrency", "0"], "concurrency is 0"), (["--extra", "low"], "is no {NAME: VALUE}"), (["--timeout", "-1"], "timeout is -1")):
        with pytest.raises(SystemExit): main([str(tmp_path/"run.yaml"), "--dry-run", *words])
        assert said in capsys.readouterr().err
    for line, said in (("extra: low", "parameters by name"), ("concurrency: many", "a whole number")):
        (tmp_path/"odd.yaml").write_text(SMALL + line + "\n")
        with pytest.raises(IOAError, match=said): read_config(tmp_path/"odd.yaml")
