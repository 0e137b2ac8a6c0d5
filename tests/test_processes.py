"A whole run by two processes: what one finds, two find, up to sums added in another order"
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from api_server import Server

from ioa_nb.api import APIModel, Budget
from ioa_nb.models import Generation, Sampling
from ioa_nb.processes import Crew, Shared

SMALL = ["--recipe", "ioa", "--rounds", "2", "--teacher-tokens", "1600", "--trained-tokens", "6000", "--gate-probes", "4", "--test-probes", "10"]
TINY = ["--recipe", "ioa", "--rounds", "1", "--teacher-tokens", "200", "--trained-tokens", "400", "--gate-probes", "1", "--test-probes", "1"]


def launch(processes, *arguments):
    first = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)] if processes > 1 else [sys.executable]
    return subprocess.Popen([*first, "-m", "ioa_nb.commands", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def finish(process):
    out, err = process.communicate(timeout=400)
    assert process.returncode == 0, err[-4000:]
    return out


def values(folder): return {k: v for k, v in json.loads((folder/"summary.json").read_text()).items() if "seconds" not in k}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    top = tmp_path_factory.mktemp("processes")
    said = {n: finish(launch(n, "--out", top/str(n), *SMALL)) for n in (1, 2)}
    return top, said


def test_two_processes_give_the_summary_of_one(runs):
    top, said = runs
    one, two = values(top/"1"), values(top/"2")
    assert one.keys() == two.keys() and said[2].count("report:") == 1                      # one process speaks
    assert {k: one[k] for k in ("teacher_params", "student_params", "deficient_modules", "teacher_accuracy", "student_before")} == {k: two[k] for k in ("teacher_params", "student_params", "deficient_modules", "teacher_accuracy", "student_before")}
    for budget in ("teacher_tokens", "trained_tokens"): assert two[budget] == pytest.approx(one[budget], rel=0.01)
    assert two["student_after"] == pytest.approx(one["student_after"], abs=0.05)           # 10 probes a module: one answer more or less is 0.006 of the mean
    lessons = [json.loads((top/n/"round-001"/"lessons.json").read_text()) for n in "12"]
    assert lessons[0] == lessons[1]                                                        # the first round's, before any float can tell them apart
    events = [[(e["step"], e["folder"]) for e in map(json.loads, (top/n/"events.jsonl").read_text().splitlines())] for n in "12"]
    assert events[0] == events[1]                                                          # one process writes


def test_two_processes_killed_together_continue(runs, tmp_path):
    top, _ = runs
    process = launch(2, "--out", tmp_path/"run", *SMALL)
    while not (tmp_path/"run"/"round-001").exists(): time.sleep(0.2); assert process.poll() is None
    process.send_signal(signal.SIGKILL); process.communicate()
    subprocess.run(["pkill", "-KILL", "-f", str(tmp_path/"run")], check=False)
    finish(launch(2, "--out", tmp_path/"run", *SMALL))
    assert values(tmp_path/"run") == values(top/"2")


def test_two_processes_run_one_seed_after_the_other(tmp_path):
    said = finish(launch(2, "--out", tmp_path/"runs", "--seeds", "2", *TINY))
    assert said.count("report:") == 2 and said.count("gain of ioa over it") == 1 and said.splitlines()[-1].split()[:2] == ["ioa", "2"]
    assert [json.loads((tmp_path/"runs"/f"seed-{k}"/"summary.json").read_text())["seed"] for k in (0, 1)] == [0, 1]


def test_several_processes_refuse_arms_beside(tmp_path):
    process = launch(2, "--out", tmp_path/"run", *SMALL[2:])
    _, err = process.communicate(timeout=200)
    assert process.returncode != 0 and "several processes share one arm" in err


def test_a_process_waits_longer_for_another_than_that_one_for_a_server(monkeypatch):
    import accelerate
    from datetime import timedelta
    asked = {}
    class State:
        num_processes = 2
        def __init__(self, **options): asked.update(options)
    monkeypatch.setenv("WORLD_SIZE", "2"); monkeypatch.setattr(accelerate, "PartialState", State)
    Crew(cpu=False)
    assert asked["cpu"] is False and asked["timeout"] > 9 * timedelta(seconds=APIModel("toy", "http://127.0.0.1:9/v1").timeout)     # as often as it is asked again


def test_a_bill_is_of_all_processes(tmp_path):
    "Each of two was paid for what it asked; the summary names both"
    class Part(Crew): # one of two
        def __init__(self, rank): self.size, self.rank = 2, rank
        def collect(self, values): return [everything[1 - self.rank], *values]
    with Server() as server:
        both = [APIModel("toy", server.url, run="both", budget=Budget(output_price=1e6), folder=tmp_path) for _ in range(2)]
        for rank, lm in enumerate(both): lm.generate([f"{rank} asks {k}" for k in range(3 + rank)])
        both[0].generate(["0 asks 0"])
        everything = [lm.usage["cached"] for lm in both]
        bills = [Shared(lm, Part(rank)).bill() for rank, lm in enumerate(both)]
    assert bills[0] == bills[1] == dict(requests=7, cached=1, prompt_tokens=70, completion_tokens=35, reasoning_tokens=0, cost=35.0) and both[0].usage["requests"] == 3


def test_dealing_out_keeps_order_and_deals_everything_once():
    class Echo:
        name = "echo"
        def generate(self, requests, sampling): self.asked = list(requests); return [[Generation(r.upper())] for r in requests]
    class Part(Crew): # one of three, the others' answers made up beside it
        def __init__(self, rank): self.size, self.rank = 3, rank
        def collect(self, values): return everything + list(values)
    questions = list("abcdefgh")
    for rank in range(3):
        echo, everything = Echo(), [(i, [Generation(q.upper())]) for i, q in enumerate(questions) if i % 3 != rank]
        assert [a.text for a, in Shared(echo, Part(rank)).generate(questions, Sampling())] == list("ABCDEFGH") and echo.asked == questions[rank::3]
    everything = [(0, [Generation("A")])]
    assert Shared(Echo(), Part(2)).generate(["a"])[0][0].text == "A"                       # nothing to do for this one
