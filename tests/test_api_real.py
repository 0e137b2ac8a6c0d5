"A real server, `transformers serve`, with the shipped student behind it: what comes over the wire is what the model says here"
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from ioa_nb.api import APIModel, Budget, load_api
from ioa_nb.classroom import Classroom
from ioa_nb.models import SHIPPED, Request, Sampling, load_lm

missing = [name for name in ("fastapi", "uvicorn", "starlette", "rich", "openai") if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"transformers serve needs {', '.join(missing)}: pip install 'transformers[serving]'")


@pytest.fixture(scope="module")
def served(tmp_path_factory): # (address, folder that is its model's name)
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(SHIPPED/"student", folder/"student")
    settings = folder/"student"/"generation_config.json"          # this server draws only where the model's own settings say so
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "do_sample": True}))
    with socket.socket() as free: free.bind(("127.0.0.1", 0)); port = free.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder/"student"), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    with open(folder/"log.txt", "w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder/"home")})
    try:
        for _ in range(240):
            assert server.poll() is None, (folder/"log.txt").read_text()[-2000:]
            try: urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1); break
            except OSError: time.sleep(0.5)
        else: pytest.fail("transformers serve did not start: " + (folder/"log.txt").read_text()[-2000:])
        yield f"http://127.0.0.1:{port}/v1", str(folder/"student")
    finally: server.terminate(); server.wait(20)


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))


def test_the_same_answers_as_here(served):
    url, name = served
    room, here, there = Classroom(), load_lm("classroom/student"), load_api(f"api:{name}@{url}", concurrency=4)
    items = [item for module in list(room.modules)[:8] for item in room.probes(module, 1, "gate", seed=3)]
    requests = [Request(tuple(room.messages(item)), key=item.key) for item in items]
    mine, theirs = here.generate(requests, Sampling(max_new_tokens=60)), there.generate(requests, Sampling(max_new_tokens=60))
    assert [a.text.strip() for [a] in theirs] == [a.text.strip() for [a] in mine]
    assert [a.prompt_tokens for [a] in theirs] == [a.prompt_tokens for [a] in mine]
    assert [a.completion_tokens for [a] in theirs] == [a.completion_tokens for [a] in mine]
    assert all(a.logprobs is None for [a] in theirs)                                    # this server has none, and nothing fails
    again = APIModel(name, url, budget=Budget(tokens=0))
    assert [a.text for [a] in again.generate(requests, Sampling(max_new_tokens=60))] == [a.text for [a] in theirs] and again.usage["requests"] == 0


def test_draws_stops_and_lengths(served):
    url, name = served
    there, request = APIModel(name, url, concurrency=2), Request(prompt="What is 27 + 38?")
    [row] = there.generate([request], Sampling(temperature=9.0, n=3, max_new_tokens=24))       # hot: the student is sure of itself
    assert len(row) == 3 and len({a.text for a in row}) > 1 and all(a.completion_tokens <= 24 for a in row)
    [[cut]] = there.generate([request], Sampling(max_new_tokens=60, stop=("####",)))
    assert "####" not in cut.text
    [[short]] = there.generate([request], Sampling(max_new_tokens=3))
    assert short.finish_reason == "length" and short.completion_tokens == 3
    assert there.usage["requests"] == 5


def test_a_judge_behind_a_real_server_is_asked_stored_and_counted(served, tmp_path):
    from ioa_nb.benchmarks.mt_bench import Exam, aggregate, answer_questions, judge_answers, self_agreement
    url, name = served
    exam = Exam(tuple(dict(question_id=n, category="writing", turns=[f"What is {n} + 8?", f"What is {n} + 9?"]) for n in range(3)), {},
                {n: dict(name=n, system_prompt="", prompt_template=t) for n, t in (("single-v1", "{question}"), ("single-v1-multi-turn", "{question_2}"))})
    answers = answer_questions(load_lm("classroom/student"), exam, max_new_tokens=40)
    judge = load_api(f"api:{name}@{url}", concurrency=2)
    first, second = (judge_answers(judge, exam, answers, tmp_path/str(k), seed=k, max_new_tokens=40) for k in (0, 1))
    found = aggregate(first)
    assert found["judged"] == 6 and all(j["judgment"] for j in first)                  # it wrote something each time
    assert found["unrated"] == 1.0 and found["average"] is None                        # sums, not ratings: counted, and shown
    assert self_agreement(first, second)["both"] == 0
