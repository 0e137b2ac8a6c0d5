"A run that is killed ten times pays for no committed reply again, and ends with the data of a run that was not"
import json
import multiprocessing
import random
import sqlite3
import time

from api_server import Server

IN_FLIGHT = 6
processes = multiprocessing.get_context("forkserver")       # imports once, then forks: a run starts in a moment
processes.set_forkserver_preload(["ioa_nb.api"])


def run(url, folder, result):
    from ioa_nb.api import APIModel
    from ioa_nb.models import Request, Sampling
    model = APIModel("toy", url, concurrency=IN_FLIGHT, folder=folder)
    rows = model.generate([Request(prompt=f"question {n}", key=str(n)) for n in range(60)], Sampling(temperature=0.7, n=2))
    result.write_text(json.dumps(dict(texts=[[a.text for a in row] for row in rows], tokens=sum(a.completion_tokens for row in rows for a in row), usage=model.usage)))


def start(url, folder):
    process = processes.Process(target=run, args=(url, folder, folder.with_suffix(".json")))
    process.start()
    return process


def finish(url, folder):
    process = start(url, folder)
    process.join(120)
    assert process.exitcode == 0
    return json.loads(folder.with_suffix(".json").read_text())


def stored(folder):
    with sqlite3.connect(folder/"replies.sqlite") as db: return dict(db.execute("SELECT hash, reply FROM replies"))


def test_killed_ten_times(tmp_path, monkeypatch):
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    moments = random.Random(4)
    with Server(delay=0.1) as server:
        unbroken = finish(server.url, tmp_path/"unbroken")
        assert len(server.asked) == 120 and unbroken["usage"]["requests"] == 120
        server.asked.clear()
        lost, kept = 0, {}
        for _ in range(10):
            before = len(server.asked)
            process = start(server.url, tmp_path/"killed")
            while len(server.asked) == before: assert process.is_alive(); time.sleep(0.002)      # it has begun to ask
            time.sleep(moments.uniform(0, 0.3))
            process.kill(); process.join()                                      # SIGKILL
            time.sleep(0.2)                                                     # what the server was still working on
            now = stored(tmp_path/"killed")
            assert kept.items() <= now.items()                                  # what was committed stays as it was
            this = len(server.asked) - before - (len(now) - len(kept))
            assert 0 <= this <= IN_FLIGHT
            lost, kept = lost + this, now
        assert 0 < len(kept) < 120 and lost > 0
        last = finish(server.url, tmp_path/"killed")
        assert len(server.asked) == 120 + lost and len(server.counts()) == 120  # asked twice: only what was in flight at a kill
        assert last["usage"]["cached"] == len(kept) and last["usage"]["requests"] == 120 - len(kept)
        assert (last["texts"], last["tokens"]) == (unbroken["texts"], unbroken["tokens"])
        before = len(server.asked)
        again = finish(server.url, tmp_path/"killed")
        assert len(server.asked) == before and again["texts"] == last["texts"] and again["usage"]["requests"] == 0
        assert len(stored(tmp_path/"killed")) == 120
