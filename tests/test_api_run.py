"A whole run with a teacher behind a server, killed ten times: nothing that was committed is asked for again"
import json
import random
import sqlite3
import threading
import time
from pathlib import Path

import pytest
import yaml
from api_server import Server, completion
from forked import processes

from ioa_nb.classroom import Classroom
from ioa_nb.commands import main
from ioa_nb.core import restrict
from ioa_nb.domains import load_folder, save_folder
from ioa_nb.general_teacher import JUDGE, Author
from ioa_nb.models import Request, Sampling, load_lm

KEY = "sk-planted-0123456789abcdef"
SMALL = ["--recipe", "ioa", "--student", "classroom/student", "--rounds", "2", "--teacher-tokens", "700", "--trained-tokens", "3000", "--gate-probes", "2", "--test-probes", "2", "--max-new-tokens", "60"]


class Taught(Server): # the shipped teacher behind the server; the same request gets the same answer
    def __init__(self):
        super().__init__(self.write)
        self.teacher, self.known, self.lock = load_lm("classroom/teacher"), {}, threading.Lock()

    def write(self, number, body):
        key = json.dumps([body[k] if k in body else None for k in ("messages", "temperature", "seed")])
        with self.lock:
            if key not in self.known: self.known[key] = self.teacher.generate([Request(tuple(body["messages"]), key=key)], Sampling(60, body.get("temperature") or 0.0))[0][0].text
        return 200, {}, completion(self.known[key])


def work(url, cache, out):
    import os
    import sys

    from ioa_nb.commands import main
    os.environ["IOA_CACHE_DIR"] = str(cache)
    os.environ["IOA_API_KEY"] = KEY
    sys.stdout = sys.stderr = open(out.with_suffix(".log"), "a")
    main(["--teacher", f"api:toy@{url}", "--prices", "1", "2", "--out", str(out), *SMALL])


def start(server, cache, out):
    process = processes.Process(target=work, args=(server.url, cache, out)); process.start()
    return process


def finish(server, cache, out):
    process = start(server, cache, out); process.join(300)
    assert process.exitcode == 0, out.with_suffix(".log").read_text()[-2000:]


def stored(cache):
    if not (cache/"replies.sqlite").exists(): return {}
    with sqlite3.connect(cache/"replies.sqlite") as db: return dict(db.execute("SELECT hash, reply FROM replies"))


def lessons(out): return [json.loads(p.read_text()) for p in sorted(out.glob("round-*/lessons.json"))]
def summary(out): return {k: v for k, v in json.loads((out/"summary.json").read_text()).items() if k not in ("wall_seconds", "cpu_seconds", "teacher_usage")}


def test_a_run_killed_ten_times_pays_for_nothing_twice(tmp_path, monkeypatch):
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    moments = random.Random(7)
    with Taught() as server:
        finish(server, tmp_path/"cache-unbroken", tmp_path/"unbroken")
        total, began = len(server.asked), time.monotonic()
        assert total == len(stored(tmp_path/"cache-unbroken")) > 100
        finish(server, tmp_path/"cache-warm", tmp_path/"warm")                  # how long it takes when the server answers at once
        length = time.monotonic() - began
        server.asked.clear()
        cache, out, lost, kept = tmp_path/"cache", tmp_path/"killed", 0, {}
        for k in range(10):
            before = len(server.asked)
            process = start(server, cache, out)
            process.join(moments.uniform(0.02, 0.3) * length)
            process.kill(); process.join(); time.sleep(0.1)                     # SIGKILL
            now = stored(cache)
            assert kept.items() <= now.items()
            lost, kept = lost + len(server.asked) - before - (len(now) - len(kept)), now
        finish(server, cache, out)
        assert len(server.asked) == total + lost and len(stored(cache)) == total        # asked twice: what was in flight at a kill
        assert 0 <= lost <= 10 * 64
        assert lessons(out) == lessons(tmp_path/"unbroken") == lessons(tmp_path/"warm") and summary(out) == summary(tmp_path/"unbroken")
        before = len(server.asked)
        finish(server, cache, tmp_path/"again")                                 # another run of the same asks for nothing
        assert len(server.asked) == before and lessons(tmp_path/"again") == lessons(out)
        use = json.loads((tmp_path/"again"/"summary.json").read_text())["teacher_usage"]
        assert use["requests"] == 0 and use["cost"] == 0 and use["cached"] == total
        paid = json.loads((tmp_path/"unbroken"/"summary.json").read_text())["teacher_usage"]
        assert paid["requests"] == total and paid["cost"] == pytest.approx((paid["prompt_tokens"] + 2 * paid["completion_tokens"]) / 1e6)
        assert "answered from the cache" in (tmp_path/"unbroken"/"report.html").read_text()
    assert {h["authorization"] for h in server.headers} == {f"Bearer {KEY}"}
    left = {}
    for p in filter(Path.is_file, tmp_path.rglob("*")):
        try: left[p] = p.read_bytes()
        except FileNotFoundError: assert p.name.endswith(("-shm", "-wal"))         # SQLite's own, gone with its last reader
    assert {".html", ".json", ".jsonl", ".sqlite", ".log"} <= {p.suffix for p in left} and not [p for p, text in left.items() if KEY.encode() in text]        # the key is in none of them


def test_a_purse_ends_the_run_in_one_line_and_keeps_what_was_paid(tmp_path, monkeypatch, capsys):
    from ioa_nb.commands import main
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    with Server() as server:
        with pytest.raises(SystemExit) as stopped: main(["--teacher", f"api:toy@{server.url}", "--prices", "1000", "1000", "--money", "3", "--out", str(tmp_path/"run"), *SMALL])
        asked = len(server.asked)
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert stopped.value.code == 2 and "3" in said and asked == len(stored(tmp_path/"cache")) > 0
    with pytest.raises(SystemExit): main(["--teacher", "api:toy@http://127.0.0.1:9/v1", "--money", "3", "--out", str(tmp_path/"x"), *SMALL])
    assert "there are no prices" in capsys.readouterr().err


class School(Server): # a general teacher and a judge behind one server, under two names; both know the folder's items
    def __init__(self, folder):
        super().__init__(self.write)
        self.domain = load_folder(folder)
        self.author = Author(self.domain, wrong=0.2)
        for item in self.domain.items: self.domain.messages(item)                       # heard, and so known

    def write(self, number, body):
        judges = body["messages"][0]["content"] == JUDGE
        assert judges == (body["model"] == "critic") and ("effort" in body) == (body["model"] == "writer")      # each is asked what it is for, as it is to be asked
        answer = self.author.generate([Request(tuple(body["messages"]), key=json.dumps(body["messages"]))], Sampling(2048))[0][0]
        return 200, {}, completion(answer.text)


def test_a_judge_has_its_own_server_purse_and_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    school = save_folder(restrict(Classroom(), ["add_facts", "exact_division", "fraction_of"]), tmp_path/"school", n=200)
    with School(school) as server:
        settings = dict(domain=str(school), teacher=f"api:writer@{server.url}", judge=f"api:critic@{server.url}", judge_prices=[10, 20], judge_money=5, extra={"effort": "low"}, beside=[], out=str(tmp_path/"run"),
                        rounds=1, teacher_tokens=3000, trained_tokens=3000, gate_probes=4, test_probes=4, requests="json")
        (tmp_path/"run.yaml").write_text(yaml.safe_dump(settings))
        main([str(tmp_path/"run.yaml")])
        summary = json.loads((tmp_path/"run"/"summary.json").read_text())
        verdicts = sum(body["model"] == "critic" for body in server.asked)
        use = summary["judge_usage"]
        assert summary["judge"] == settings["judge"] and use["requests"] == verdicts > 3 and use["cost"] == pytest.approx((10 * use["prompt_tokens"] + 20 * use["completion_tokens"]) / 1e6)
        assert summary["teacher_usage"]["requests"] == len(server.asked) - verdicts and summary["teacher_usage"]["cost"] == 0
        said = capsys.readouterr().out
        assert f"of the judge's server: {verdicts} requests sent" in said and f"judged by {settings['judge']}" in said and "judges its new problems" in (tmp_path/"run"/"report.html").read_text()
        rejects = json.loads(next((tmp_path/"run").glob("round-*/lessons.json")).read_text())["rejects"]
        assert any("the judge: " in why for why, *_ in rejects)
        with pytest.raises(SystemExit): main([str(tmp_path/"run.yaml"), "--judge", "teacher"])
        assert "holds another run (judge = " in capsys.readouterr().err                   # a run goes on with the judge that it began with
        before = len(server.asked)
        with pytest.raises(SystemExit): main([str(tmp_path/"run.yaml"), "--out", str(tmp_path/"poor"), "--seed", "1", "--judge-money", "0.001"])
        assert f"{settings['judge']}: the budget of 0.001 in money is used up" in capsys.readouterr().err and sum(body["model"] == "critic" for body in server.asked[before:]) < 3
