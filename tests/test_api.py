"Teachers behind an API: nothing lost, nothing paid twice, nothing told that should not be"
import asyncio
import json
import logging
import pickle
import sqlite3
import subprocess
import sys
import threading
import time
import traceback

import pytest
from api_server import CUT, CUT_BODY, SLOW, Server, answer, completion, refuse

from ioa_nb.api import APIModel, Budget, BudgetSpent, ReplyCache, _own_headers, load_api, read_reply, split_reasoning
from ioa_nb.core import cache_folder, IOAError, to_json
from ioa_nb.models import Request, Sampling

KEY = "sk-planted-0123456789abcdef"
QUESTIONS = [f"What is {n} + 8?" for n in range(20)]


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    for name in ("IOA_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"): monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))


def texts(model, questions=QUESTIONS, sampling=Sampling()): return [[a.text for a in row] for row in model.generate(questions, sampling)]


def in_order(*faults): # a rule: these first, then as usual
    return lambda number, body: faults[number - 1] if number <= len(faults) else None


def one_line(error): return "\n" not in str(error) and str(error)


# -- what is asked -----------------------------------------------------------------------------------------------

def test_each_is_asked_once_and_in_order():
    with Server() as server:
        model = APIModel("toy", server.url)
        first = texts(model)
        assert len(server.asked) == len(QUESTIONS) and len(set(map(tuple, first))) == len(QUESTIONS)
        assert texts(APIModel("toy", server.url), QUESTIONS[::-1]) == first[::-1]
        assert len(server.asked) == len(QUESTIONS)
        assert model.usage == dict(requests=20, cached=0, prompt_tokens=200, completion_tokens=100, reasoning_tokens=0, cost=0.0)


def test_a_request_that_stands_twice_is_asked_once():
    with Server() as server:
        assert len({t for [t] in texts(APIModel("toy", server.url), ["same"] * 5)}) == 1 and len(server.asked) == 1


@pytest.mark.parametrize("change, again", [
    (dict(), 0), (dict(seed=1), 0), (dict(max_new_tokens=161), 1), (dict(temperature=0.5), 1), (dict(stop=("x",)), 1), (dict(n=3), 2)])
def test_what_makes_another_reply(change, again):
    with Server() as server:
        model = APIModel("toy", server.url)
        texts(model, ["q"]); texts(model, ["q"], Sampling(**change))
        assert len(server.asked) == 1 + again


def test_samples_and_seeds_are_drawn_apart():
    with Server() as server:
        model = APIModel("toy", server.url)
        [row] = texts(model, ["q"], Sampling(temperature=1.0, n=4))
        assert len(set(row)) == 4 and all("n" not in body for body in server.asked)
        assert texts(model, ["q"], Sampling(temperature=1.0, n=2)) == [row[:2]] and len(server.asked) == 4     # n grows: the first ones are there
        assert texts(model, [Request(prompt="q", key="other")], Sampling(temperature=1.0, n=4)) != [row]
        assert not set(row) & set(texts(model, ["q"], Sampling(temperature=1.0, n=4, seed=1))[0])


def test_messages_and_more_parameters_arrive():
    with Server() as server:
        messages = (dict(role="system", content="Be brief."), dict(role="user", content="ünï"))
        texts(APIModel("toy", server.url, extra={"reasoning_effort": "low"}), [Request(messages)], Sampling(stop=("END",), temperature=0.7))
        assert server.asked[0].pop("seed") >= 0
        assert server.asked[0] == dict(model="toy", messages=list(messages), max_tokens=160, temperature=0.7, stop=["END"], logprobs=True, reasoning_effort="low")


def test_concurrency_is_bounded():
    with Server(delay=0.05) as server:
        texts(APIModel("toy", server.url, concurrency=7), QUESTIONS)
        assert server.most_in_flight == 7


def test_inside_a_running_loop():
    with Server() as server:
        async def notebook(): return texts(APIModel("toy", server.url))
        assert len(asyncio.run(notebook())) == len(QUESTIONS)


def test_nothing_to_ask():
    assert APIModel("toy", "http://127.0.0.1:9/v1").generate([]) == []
    with pytest.raises(IOAError, match="empty prompt"): APIModel("toy", "http://127.0.0.1:9/v1").generate([""])


# -- what is kept ------------------------------------------------------------------------------------------------

def test_two_processes_on_one_cache_see_the_same(tmp_path):
    "The server answers differently each time; all runs ask for the same at the same time, and each question goes out once"
    script = ("import json, sys; from ioa_nb.api import APIModel\n"
              "print(json.dumps([a.text for [a] in APIModel('toy', sys.argv[1]).generate([f'q{i}' for i in range(40)])]))")
    with Server(rule=lambda number, body: (200, {}, completion(f"reply {number}")), delay=0.02) as server:
        runs = [subprocess.Popen([sys.executable, "-c", script, server.url], stdout=subprocess.PIPE, text=True) for _ in range(3)]
        said = [json.loads(run.communicate(timeout=120)[0]) for run in runs]
        assert all(run.returncode == 0 for run in runs) and said[0] == said[1] == said[2] and len(server.asked) == 40
        assert [a.text for [a] in APIModel("toy", server.url).generate([f"q{i}" for i in range(40)])] == said[0] and len(server.asked) == 40


def test_who_waits_for_another_is_not_left_alone(tmp_path):
    "One process is killed with all its questions in flight: who asks the same asks them itself, at once, and tidies up"
    questions = [f"q{i}" for i in range(20)]
    script = f"import sys; from ioa_nb.api import APIModel; APIModel('toy', sys.argv[1]).generate({questions})"
    held = threading.Event()
    with Server(rule=lambda number, body: refuse(503, "later", **{"Retry-After": "60"}) if not held.is_set() else None) as server:
        process = subprocess.Popen([sys.executable, "-c", script, server.url])
        while len(server.asked) < 20: time.sleep(0.01); assert process.poll() is None
        held.set()
        model, done = APIModel("toy", server.url), threading.Event()
        other = threading.Thread(target=lambda: (texts(model, questions), done.set())); other.start()
        assert not done.wait(0.5) and len(server.asked) == 20                   # its owner is alive: they wait
        process.kill(); process.wait()
        assert done.wait(20) and len(server.asked) == 40 and model.usage["requests"] == 20
        other.join()
    with sqlite3.connect(cache_folder()/"claims.sqlite") as claims: assert claims.execute("SELECT count(*) FROM claims").fetchone() == (0,)
    assert not list(cache_folder().glob("*.lock"))


def test_a_question_that_was_refused_is_free_for_others():
    "What failed is claimed by nobody: another asks it while the rest of the first is under way"
    rest = []
    def rule(number, body):
        if body["messages"][0]["content"] == "rest": rest.append(number); return refuse(503, "later", **{"Retry-After": "3"}) if len(rest) == 1 else None
        if number <= 2: return refuse(400, "a bad question")
    with Server(rule=rule) as server:
        first = threading.Thread(target=lambda: pytest.raises(IOAError, texts, APIModel("toy", server.url), ["rest", "bad"])); first.start()
        while len(server.asked) < 2: time.sleep(0.01)
        assert texts(APIModel("toy", server.url), ["bad"]) and first.is_alive()
        first.join()


def test_many_openers_at_once(tmp_path):
    faults = []
    def open_it(n):
        try:
            with ReplyCache(tmp_path/"new") as cache:
                for i in range(20): cache.put([(f"{i}", "", "toy", "{}", 0, 1, 1, 0, f"{n}")])
        except Exception as error: faults.append(error)
    threads = [threading.Thread(target=open_it, args=(n,)) for n in range(8)]
    for t in threads: t.start()
    for t in threads: t.join()
    assert not faults
    with ReplyCache(tmp_path/"new") as cache: assert len(cache.get(map(str, range(20)))) == 20


def test_a_look_sees_what_was_committed_before_it(tmp_path):
    "Two threads share the reader; a long look of one does not hold the other in the past"
    def rows(keys): return [(key, "", "toy", "{}", 0, 1, 1, 0, "reply") for key in keys]
    with ReplyCache(tmp_path) as cache, ReplyCache(tmp_path) as other:
        other.put(rows(map(str, range(300))))
        cache.reader.set_progress_handler(lambda: time.sleep(0.002), 100)
        long = threading.Thread(target=lambda: cache.get(map(str, range(300)))); long.start()
        time.sleep(0.02)
        other.put(rows(["new"]))
        assert cache.get(["new"])
        long.join()


def test_the_row_is_there_before_the_reply_is_returned(monkeypatch):
    from ioa_nb import api
    seen, put = [], ReplyCache.put
    def spy(self, rows):
        kept = put(self, rows)
        with sqlite3.connect(self.path) as other: seen.extend(other.execute("SELECT count(*) FROM replies WHERE hash = ?", (row[0],)).fetchone()[0] for row in rows)
        return kept
    monkeypatch.setattr(api.ReplyCache, "put", spy)
    with Server() as server: texts(APIModel("toy", server.url))
    assert seen == [1] * len(QUESTIONS)


def test_a_disk_that_takes_no_more(monkeypatch):
    def full(self, rows): raise IOAError("cannot write to the disk (full)")
    monkeypatch.setattr(ReplyCache, "put", full)
    with Server() as server, pytest.raises(IOAError, match="full"): texts(APIModel("toy", server.url))


def test_a_damaged_file_is_told_when_it_is_read(tmp_path):
    with ReplyCache(tmp_path) as cache: cache.put([(f"{n:032}", "mine", "api:toy@http://127.0.0.1:9/v1", "{}", 0, 1, 1, 0, "x" * 500) for n in range(100)])
    file = tmp_path/"replies.sqlite"
    file.write_bytes(file.read_bytes()[:8192] + b"?" * (file.stat().st_size - 8192))
    for ask in (lambda: APIModel("toy", "http://127.0.0.1:9/v1", folder=tmp_path, run="mine"), lambda: texts(APIModel("toy", "http://127.0.0.1:9/v1", folder=tmp_path))):
        with pytest.raises(IOAError, match="cannot read .*replies.sqlite .*malformed") as caught: ask()
        assert one_line(caught.value)


def test_a_file_that_is_no_cache(tmp_path):
    (tmp_path/"bad").mkdir(); (tmp_path/"bad"/"replies.sqlite").write_text("not a database, whatever its name says" * 100)
    with pytest.raises(IOAError, match="replies.sqlite.*IOA_CACHE_DIR") as caught: ReplyCache(tmp_path/"bad")
    assert one_line(caught.value)


@pytest.mark.parametrize("platform, name, end", [("linux", "posix", (".cache", "ioa_nb")), ("darwin", "posix", ("Library", "Caches", "ioa_nb"))])
def test_where_replies_are_kept(monkeypatch, tmp_path, platform, name, end):
    monkeypatch.delenv("IOA_CACHE_DIR"); monkeypatch.delenv("XDG_CACHE_HOME", raising=False); monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder().parts[-len(end):] == end
    assert cache_folder().stat().st_mode & 0o077 == 0          # for its owner alone
    cache_folder().chmod(0o755)
    assert cache_folder().stat().st_mode & 0o777 == 0o755      # whoever opened it knows why


# -- faults ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("faults", [
    [refuse(429, "slow down", **{"Retry-After": "0.2"})] * 3, [refuse(500, "oops")], [refuse(503, "overloaded", **{"retry-after-ms": "20"})] * 2, [CUT], [CUT_BODY], [SLOW],
    [(200, {}, '{"choices": []}')], [(200, {}, '{"choi')], [(200, {}, '{"choices": [{"message": {"content": null}}]}')], [(200, {}, "<html>")]],
    ids=["429", "500", "503", "cut", "cut in the body", "slow", "no choices", "half a JSON", "null", "html"])
def test_a_fault_that_passes(faults):
    with Server(rule=in_order(*faults)) as server:
        started = time.monotonic()
        assert texts(APIModel("toy", server.url), ["q"]) == [[read_reply(answer(server.asked[-1])).text]]
        assert len(server.asked) == len(faults) + (faults != [SLOW])
        if faults[0] != SLOW and faults[0][0] == 429: assert time.monotonic() - started >= 0.6      # three pauses, as asked for
        texts(APIModel("toy", server.url), ["q"])
        assert len(server.asked) == len(faults) + (faults != [SLOW])


@pytest.mark.parametrize("fault, says", [
    ((200, {}, '{"choices": []}'), "no chat completion"), ((200, {}, "<html>Welcome</html>"), "Welcome"), ((200, {}, completion(None)), "without content"),
    (refuse(500, "oops"), "fails after 1 retries: .*oops"), (CUT, "cannot reach"), (refuse(429, "quota", **{"Retry-After": "0.01"}), "429|lower concurrency"),
    (refuse(404, "no such model"), "no model 'toy'.*check both"), (refuse(403, "not yours"), "refuses access"), (refuse(402, "Insufficient Balance"), "account .* is empty: .*Insufficient Balance; fill it"),
    (refuse(400, "This model's maximum context length is 16 tokens, 'max_tokens' is not supported above"), "asked 'What is 1 \\+ 8\\?': too long.*max_new_tokens, now 160"),
    (refuse(413, "Request too large"), "too long"), (refuse(400, "temperature must be at most 2"), "refused: .*at most 2")],
    ids=lambda x: "" if isinstance(x, str) else str(x[0]) if isinstance(x, tuple) else x)
def test_a_fault_that_stays(fault, says):
    with Server(rule=lambda number, body: fault) as server:
        with pytest.raises(IOAError, match=says) as caught: texts(APIModel("toy", server.url, max_retries=1), ["What is 1 + 8?"])
        assert one_line(caught.value) and len(server.asked) <= 4
        with ReplyCache() as cache: kept = [key for key, in cache.reader.execute("SELECT hash FROM replies")]
        assert len(kept) == (len(server.asked) if isinstance(fault, tuple) and fault[0] == 200 else 0)                    # what makes no sense is on the bill,
        assert all(" " in key for key in kept)                                                                       # and under a key that no question has


def azure(text): return 400, {}, json.dumps({"error": {"message": f"The response was filtered due to the prompt triggering {text}", "type": None, "param": "prompt", "code": "content_filter"}})


@pytest.mark.parametrize("fault", [refuse(400, "Content Exists Risk"), azure("Azure OpenAI's content management policy."), refuse(400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy."),
                                   (200, {}, completion(None, reasoning_content="7 and 8")), (200, {}, completion(None, refusal="I cannot help with that")), (200, {}, completion("", refusal="No"))], ids=["risk", "filter", "policy", "thoughts", "refusal", "empty refusal"])
@pytest.mark.filterwarnings("ignore:.*does not let every question through")
def test_a_question_without_an_answer_ends_no_run(fault):
    free, thought = fault[0] == 400, "7 and 8" in fault[2]
    with Server(rule=lambda number, body: fault if body["messages"][0]["content"] == QUESTIONS[3] else None) as server:
        model = APIModel("toy", server.url, budget=Budget(tokens=10**6))
        for again in range(2):
            answers = [a for a, in model.generate(QUESTIONS)]
            assert [n for n, a in enumerate(answers) if not a.text] == [3] and answers[3].finish_reason == ("stop" if thought else "content_filter") and answers[3].reasoning == ("7 and 8" if thought else None)
            assert len(server.asked) == len(QUESTIONS)                                      # once each, and not again
        assert ((answers[3].prompt_tokens, answers[3].completion_tokens) == (0, 0)) == free and model.usage["prompt_tokens"] == 10 * (len(QUESTIONS) - free)


@pytest.mark.parametrize("words", ["temperature must be at most 2", f"Invalid value: {'x' * 300} our content policy", "Unknown parameter: 'filter'"])
def test_another_refusal_ends_it(words):
    with Server(rule=lambda number, body: refuse(400, words)) as server, pytest.raises(IOAError, match="refused: "): texts(APIModel("toy", server.url), ["q"])


def test_those_in_flight_are_kept_when_one_fails():
    "One question is refused while others are under way: they are stored, no more are sent"
    def rule(number, body): return refuse(400, "a bad question") if body["messages"][0]["content"] == QUESTIONS[3] else None
    with Server(rule=rule, delay=0.1) as server:
        with pytest.raises(IOAError, match="a bad question"): texts(APIModel("toy", server.url, concurrency=5))
        assert len(server.asked) <= 10
        with ReplyCache() as cache: assert cache.reader.execute("SELECT count(*) FROM replies").fetchone() == (len(server.asked) - 1,)


def test_nobody_there():
    started = time.monotonic()
    with pytest.raises(IOAError, match="cannot reach http://127.0.0.1:9/v1 .*check the address") as caught: texts(APIModel("toy", "http://127.0.0.1:9/v1"))
    assert time.monotonic() - started < 10 and one_line(caught.value)


def test_patience_once_it_has_answered():
    "A server that goes away for a while in the middle is waited for; one that was never there is not"
    with Server(rule=lambda number, body: CUT if 2 <= number <= 4 else None) as server:
        model = APIModel("toy", server.url, concurrency=1)
        assert len(texts(model, QUESTIONS[:3])) == 3


def test_no_sign_of_life():
    with Server(delay=5) as server, pytest.raises(IOAError, match="no sign for 0.2 s; raise timeout"):
        texts(APIModel("toy", server.url, timeout=0.2, max_retries=0), ["q"])


# -- what a server refuses ---------------------------------------------------------------------------------------

def refuses(*names, words="Unsupported parameter: '{}' is not supported with this model."):
    def rule(number, body):
        for name in names:
            if name in body: return refuse(400, words.format(name))
    return rule


@pytest.mark.parametrize("words", ["Unsupported parameter: '{}' is not supported with this model.", "Unexpected fields in the request: {{'{}'}}",
                                   "body -> {}: Extra inputs are not permitted", "Unrecognized request argument supplied: {}"])
def test_refused_parameters_are_left_out_and_remembered(words):
    with Server(rule=refuses("max_tokens", "temperature", "seed", "logprobs", "stop", words=words)) as server:
        model = APIModel("toy", server.url, top_logprobs=5)
        with pytest.warns(UserWarning, match="refuses"): [[a]] = model.generate(["q"], Sampling(temperature=0.7, stop=("####",)))
        assert a.logprobs is None and a.text.endswith(". ")                                     # the end is cut here
        assert server.asked[-1] == dict(model="toy", messages=[dict(role="user", content="q")], max_completion_tokens=160)
        before = len(server.asked)
        model.generate(["another"], Sampling(temperature=0.7, stop=("####",)))
        assert len(server.asked) == before + 1
        with pytest.warns(UserWarning): APIModel("toy", server.url, top_logprobs=5).generate(["q", "third"], Sampling(temperature=0.7, stop=("####",)))
        assert [body["messages"][0]["content"] for body in server.asked[before + 1:]].count("q") == 0    # the name of a reply is what was wanted


def test_many_learn_of_a_refusal_at_once():
    with Server(rule=refuses("temperature"), delay=0.02) as server, pytest.warns(UserWarning) as told:
        assert len(texts(APIModel("toy", server.url))) == len(QUESTIONS)
    assert len([w for w in told if "refuses temperature" in str(w.message)]) == 1


def test_a_server_without_log_probs():
    with Server() as server: assert APIModel("toy", server.url).generate(["q"])[0][0].logprobs is None


def test_log_probs_and_alternatives():
    def content(*words): return [dict(token=w, logprob=-0.5, top_logprobs=[dict(token=w, logprob=-0.5), dict(token="x", logprob=-1.0)]) for w in words]
    with Server(rule=lambda n, body: (200, {}, completion("7 + 8", logprobs=dict(content=content("7", " +", " 8"))))) as server:
        [[a]] = APIModel("toy", server.url, top_logprobs=2).generate(["q"])
        assert server.asked[0]["top_logprobs"] == 2 and a.mean_logprob == -0.5 and a.tokens == ("7", " +", " 8")
        assert a.top_logprobs[1] == ((" +", -0.5), ("x", -1.0))


# -- reasoning ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("message, text, reasoning", [
    (dict(content="15", reasoning_content="7 and 8"), "15", "7 and 8"), (dict(content="15", reasoning="7 and 8"), "15", "7 and 8"),
    (dict(content="<think>\n7 and 8\n</think>\n\n15"), "15", "7 and 8"), (dict(content="7 and 8</think>15"), "15", "7 and 8"),
    (dict(content="15", reasoning_content=None), "15", None), (dict(content="say </think> or <think>"), "say </think> or <think>", None),
    (dict(content=[dict(type="thinking", thinking=[]), dict(type="text", text="15")]), "15", None), (dict(content=""), "", None)])
def test_reasoning_is_kept_apart(message, text, reasoning):
    got = read_reply(json.dumps(dict(choices=[dict(message=message, finish_reason="stop")], usage=dict(prompt_tokens=3, completion_tokens=7))))
    assert (got.text, got.reasoning, got.completion_tokens) == (text, reasoning, 7)


@pytest.mark.parametrize("usage, counted", [
    (dict(prompt_tokens=10, completion_tokens=20, total_tokens=30, completion_tokens_details=dict(reasoning_tokens=15)), (10, 20, 15)),
    (dict(prompt_tokens=10, completion_tokens=5, total_tokens=30, completion_tokens_details=dict(reasoning_tokens=15)), (10, 20, 15)),    # left out, but in the total
    (dict(prompt_tokens=10, completion_tokens=20), (10, 20, 0)), (dict(completion_tokens=None, prompt_tokens=None), (4, 2, 0)), (None, (4, 2, 0)), ([], (4, 2, 0))])
def test_tokens_are_counted(usage, counted):
    got = read_reply(json.dumps(dict(choices=[dict(message=dict(content="15"))], usage=usage)), most=(4, 80))
    assert (got.prompt_tokens, got.completion_tokens, got.reasoning_tokens) == counted


# -- the budget --------------------------------------------------------------------------------------------------

def writes(tokens): # a rule: so many tokens an answer
    return lambda number, body: (200, {}, completion(f"{body['messages'][0]['content']} " + "x " * (tokens - 4)))


@pytest.mark.parametrize("budget, tokens", [(Budget(tokens=2000), 2000), (Budget(money=0.002, input_price=1.0, output_price=1.0), 2000), (Budget(tokens=9000, money=0.0015, output_price=1.0), 9000)])
def test_a_budget_stops_in_time_and_loses_nothing(budget, tokens):
    with Server(rule=writes(40), delay=0.01) as server:
        model = APIModel("toy", server.url, budget=budget)
        with pytest.raises(BudgetSpent, match="raise the budget") as caught: texts(model, [f"question {n} ?" for n in range(200)], Sampling(max_new_tokens=60))
        spent = model.usage["prompt_tokens"] + model.usage["completion_tokens"]
        assert spent <= tokens and budget.allows(model.usage["prompt_tokens"], model.usage["completion_tokens"]) and one_line(caught.value)
        assert len(server.asked) == model.usage["requests"] and (budget.tokens == 9000 or spent > tokens - 200)      # nearly all of it was used
        with ReplyCache() as cache: assert cache.reader.execute("SELECT count(*) FROM replies").fetchone() == (len(server.asked),)
        before = len(server.asked)
        rest = APIModel("toy", server.url)
        assert len(texts(rest, [f"question {n} ?" for n in range(200)], Sampling(max_new_tokens=60))) == 200
        assert rest.usage["cached"] == before and len(server.asked) == 200


def test_a_budget_of_nothing_reads_the_cache_without_a_key(monkeypatch):
    with Server() as server:
        first = texts(APIModel("toy", server.url))
        for budget in (Budget(tokens=0), Budget(money=0.0)):
            model = APIModel("toy", server.url, budget=budget)
            assert texts(model) == first and model.usage["requests"] == 0
            with pytest.raises(BudgetSpent): texts(model, ["new"])
        assert len(server.asked) == len(QUESTIONS)
    APIModel("toy", "https://api.example.org/v1", budget=Budget(tokens=0))


def test_replies_without_sense_are_under_the_budget_too():
    "Each of them was paid for, so each try needs room of its own"
    def rule(number, body): return 200, {}, json.dumps(dict(choices=[], usage=dict(prompt_tokens=20, completion_tokens=60)))
    with Server(rule=rule) as server:
        model = APIModel("toy", server.url, budget=Budget(tokens=400))
        with pytest.raises(BudgetSpent): texts(model, QUESTIONS[:3], Sampling(max_new_tokens=60))
        assert model.usage["prompt_tokens"] + model.usage["completion_tokens"] == 80 * len(server.asked) <= 400


def test_replies_without_sense_are_on_the_bill_of_the_next_process_and_asked_for_again():
    nonsense, sense = json.dumps(dict(choices=[], usage=dict(prompt_tokens=20, completion_tokens=60))), completion("fifteen")
    with Server(rule=lambda number, body: (200, {}, nonsense if number <= 4 else sense)) as server:
        def process(): return APIModel("toy", server.url, run="a", budget=Budget(tokens=1000))
        def paid(model): return tuple(model.usage[name] for name in ("requests", "prompt_tokens", "completion_tokens"))
        with pytest.raises(IOAError, match="3 times"): texts(process(), ["one ?"], Sampling(max_new_tokens=60))
        again = process()
        assert paid(again) == (3, 60, 180)
        assert texts(again, ["one ?"], Sampling(max_new_tokens=60)) == [["fifteen"]] and len(server.asked) == 5 and paid(process()) == (5, 90, 241)


def test_a_budget_belongs_to_a_run():
    with Server(rule=writes(40)) as server:
        def process(run): return APIModel("toy", server.url, run=run, budget=Budget(tokens=1000, output_price=1.0))
        beside = process("a")                                       # as under torchrun: it was there before anything was paid
        questions = [f"question {n} ?" for n in range(60)]
        with pytest.raises(BudgetSpent): texts(process("a"), questions, Sampling(max_new_tokens=60))
        before = len(server.asked)
        for other in (process("a"), beside):
            with pytest.raises(BudgetSpent): texts(other, questions, Sampling(max_new_tokens=60))
        assert len(server.asked) == before and process("a").usage["requests"] == before and process("a").usage["cost"] > 0
        with pytest.raises(BudgetSpent): texts(process("b"), questions, Sampling(max_new_tokens=60))
        assert len(server.asked) > before and process("c").usage["requests"] == 0


def test_runs_of_one_purse_share_a_budget(tmp_path):
    with Server(rule=writes(40), delay=0.005) as server:
        def arm(name, purse="runs/top", **more): return APIModel("toy", server.url, run=name, purse=purse, budget=Budget(tokens=1000), **more)
        first, second = arm("runs/top"), arm("runs/top/uniform")
        texts(first, [f"question {n} ?" for n in range(10)], Sampling(max_new_tokens=60))
        for late in (second, first, arm("runs/top/seed-1")):
            with pytest.raises(BudgetSpent, match="8.. tokens and .* spent"): texts(late, [f"another {n} ?" for n in range(60)], Sampling(max_new_tokens=60))
        assert 50 * len(server.asked) <= 1000 and first.usage["requests"] == 10 and first.usage["requests"] + second.usage["requests"] == len(server.asked)      # each knows what was its own
        texts(arm("runs/top2", "runs/top2"), ["one more ?"], Sampling(max_new_tokens=60))          # another folder, another purse
        server.asked.clear()
        def work(n):
            with pytest.raises(BudgetSpent): texts(arm(f"runs/both/{n}", "runs/both"), [f"arm {n} asks {k} ?" for k in range(60)], Sampling(max_new_tokens=60))
        together = [threading.Thread(target=work, args=(n,)) for n in range(3)]
        for t in together: t.start()
        for t in together: t.join()
        assert 800 <= 50 * len(server.asked) <= 1000                            # what the others have in flight counts too


def test_a_server_that_counts_nothing_is_charged_in_full():
    with Server(rule=lambda n, body: (200, {}, '{"choices": [{"message": {"content": "fifteen"}}]}')) as server:
        model = APIModel("toy", server.url, budget=Budget(tokens=1000))
        with pytest.raises(BudgetSpent): texts(model, [f"question {n}" for n in range(100)], Sampling(max_new_tokens=20))
        assert 0 < len(server.asked) < 10


# -- keys --------------------------------------------------------------------------------------------------------

def test_no_key():
    with pytest.raises(IOAError, match="no key for https://api.example.org/v1: set IOA_API_KEY") as caught: APIModel("toy", "https://api.example.org/v1")
    assert one_line(caught.value)


def test_which_key_is_sent(monkeypatch):
    with Server() as server:
        for name, key, sent in ((None, None, "none"), ("OPENAI_API_KEY", "sk-second-000000", "none"), ("IOA_API_KEY", "sk-first-00000000", "sk-first-00000000")):
            if name: monkeypatch.setenv(name, key)
            texts(APIModel("toy", server.url), [f"{name} is set"])
            assert server.headers[-1]["authorization"] == f"Bearer {sent}"


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "https://eu.api.openai.com/v1", "https://mine.openai.azure.com/openai/v1"])
def test_the_key_of_other_programs_goes_to_openai(url, monkeypatch):
    with pytest.raises(IOAError, match="set IOA_API_KEY .or OPENAI_API_KEY. in"): APIModel("toy", url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    APIModel("toy", url)


@pytest.mark.parametrize("url", ["https://api.example.org/v1", "https://openai.com.example.org/v1", "https://notopenai.com/v1", "https://example.org/api.openai.com"])
def test_and_to_nobody_else(url, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(IOAError, match="set IOA_API_KEY .OPENAI_API_KEY is set, and is sent to OpenAI alone. in") as caught: APIModel("toy", url)
    assert one_line(caught.value) and KEY not in str(caught.value)
    monkeypatch.setenv("IOA_API_KEY", "sk-first-00000000")
    APIModel("toy", url)


@pytest.mark.parametrize("key", ["", "own-key-0123456789"])
def test_what_the_client_reads_for_openai_reaches_nobody_else(key, monkeypatch):
    for name, value in dict(OPENAI_ORG_ID="org-1", OPENAI_PROJECT_ID="proj-1", OPENAI_ADMIN_KEY=KEY, OPENAI_API_KEY=KEY, OPENAI_CUSTOM_HEADERS=f"Authorization: Bearer {KEY}\nX-Team: mine\nnonsense", IOA_API_KEY=key).items(): monkeypatch.setenv(name, value)
    with Server() as server: texts(APIModel("toy", server.url), ["What is 1 + 1?"])
    sent, = server.headers
    assert sent["authorization"] == f"Bearer {key or 'none'}" and not {"openai-organization", "openai-project", "x-team"} & sent.keys() and KEY not in str(sent)
    assert _own_headers("https://api.openai.com/v1", "IOA_API_KEY") == {}


def test_no_key_goes_over_plain_http(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    APIModel("toy", "http://10.0.0.5:8000/v1")                   # asked without one
    with pytest.raises(IOAError, match="OPENAI_API_KEY would go unencrypted"): APIModel("toy", "http://api.openai.com/v1")
    monkeypatch.setenv("IOA_API_KEY", "sk-first-00000000")
    for url in ("http://10.0.0.5:8000/v1", "http://api.openai.com/v1"):
        with pytest.raises(IOAError, match="IOA_API_KEY would go unencrypted to .*https") as caught: APIModel("toy", url)
        assert one_line(caught.value) and "sk-" not in str(caught.value)


def test_the_key_is_named_and_not_given():
    with pytest.raises(IOAError, match="key names a variable") as caught: APIModel("toy", "https://api.example.org/v1", key=KEY)
    assert one_line(caught.value) and KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["model", "messages", "n", "stream"])
def test_what_every_request_says_for_itself_is_no_extra(name):
    with pytest.raises(IOAError, match=f"extra holds '{name}'"): APIModel("toy", "http://127.0.0.1:9/v1", extra={name: 4})


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_length_among_the_extras_counts_against_the_budget(name):
    with Server(rule=writes(40)) as server:
        with pytest.raises(BudgetSpent, match=r"^api:toy@.*: the budget of 1,000 tokens"): texts(APIModel("toy", server.url, budget=Budget(tokens=1000), extra={name: 30_000}), ["one ?"], Sampling(max_new_tokens=60))
        assert not server.asked


def everything_in(folder): # every byte of every file, and every cell of the cache
    parts = [p.read_bytes().decode("latin-1") for p in folder.rglob("*") if p.is_file()]
    for path in folder.rglob("replies.sqlite"):
        with sqlite3.connect(path) as db: parts += [str(row) for row in db.execute("SELECT * FROM replies")]
    return "\n".join(parts)


@pytest.mark.parametrize("rule", [
    lambda n, body: refuse(401, f"Incorrect API key provided: {KEY}"), lambda n, body: refuse(500, f"crash with {KEY}"), lambda n, body: refuse(400, f"bad {KEY}"),
    lambda n, body: (200, {}, f"<html>{KEY}</html>"), lambda n, body: CUT, lambda n, body: (200, {}, completion(f"your key is {KEY}"))],
    ids=["401", "500", "400", "html", "cut", "in the answer"])
def test_the_key_is_nowhere(rule, monkeypatch, caplog, capfd, tmp_path):
    monkeypatch.setenv("IOA_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "httpx", "httpx2", "httpcore"): logging.getLogger(name).setLevel(logging.DEBUG)
    with Server(rule=rule) as server:
        model, told = APIModel("toy", server.url, max_retries=1), ""
        try: told += str(model.generate(["q"]))
        except IOAError as error:
            told += "".join(traceback.format_exception(error)) + repr(error)
            link = error.__context__ or error.__cause__
            while link: told += str(link) + repr(vars(link)); link = link.__context__ or link.__cause__
            for frame, _ in traceback.walk_tb(error.__traceback__): told += repr({k: v for k, v in frame.f_locals.items() if k not in ("rule", "told", "monkeypatch", "caplog", "capfd")})
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    told += repr(model) + repr(vars(model)) + to_json(model.usage) + pickle.dumps(model).decode("latin-1") + caplog.text + "".join(capfd.readouterr())
    assert caplog.records and KEY not in told and KEY not in everything_in(tmp_path)


@pytest.mark.parametrize("key", ["sk-two\nlines-0000", "sk-ünïcode-0000"])
def test_a_key_that_cannot_be_sent_is_not_shown(key, monkeypatch):
    monkeypatch.setenv("IOA_API_KEY", key)
    with pytest.raises(IOAError, match="the key in IOA_API_KEY has characters") as caught: APIModel("toy", "https://api.example.org/v1")
    assert "sk-" not in str(caught.value)


# -- by name -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("spec, model, url", [
    ("api:small@http://127.0.0.1:9/v1", "small", "http://127.0.0.1:9/v1"), ("api:maker/big:free@2024@http://localhost:9/v1/", "maker/big:free@2024", "http://localhost:9/v1")])
def test_load_api(spec, model, url):
    got = load_api(spec)
    assert (got.model, got.base_url, got.name) == (model, url, f"api:{model}@{url}")


@pytest.mark.parametrize("spec", ["api:small", "api:@http://localhost/v1", "small@http://localhost/v1", "api:small@localhost:80", ""])
def test_load_api_refuses(spec):
    with pytest.raises(IOAError, match="api:MODEL@BASE_URL"): load_api(spec)


def test_interrupting_keeps_what_is_in_flight(monkeypatch):
    "Ctrl-C: nothing more is sent; what was under way is stored"
    import concurrent.futures
    def interrupted(self, timeout=None): time.sleep(0.15); raise KeyboardInterrupt
    with Server(delay=0.3) as server:
        model = APIModel("toy", server.url, concurrency=4)
        monkeypatch.setattr(concurrent.futures.Future, "result", interrupted)
        with pytest.raises(KeyboardInterrupt): model.generate(QUESTIONS)
        monkeypatch.undo()
    assert len(server.asked) <= 4
    with ReplyCache(model.folder) as cache: assert cache.reader.execute("SELECT count(*) FROM replies").fetchone() == (len(server.asked),)


def test_split_reasoning_loses_no_text():
    for text in ("", "a", "<think>a</think>b", "a</think>b", "<think>a", "x<think>a</think>b"):
        thoughts, said = split_reasoning(text)
        assert all(c in (thoughts or "") + said for c in text if c in "abx")
