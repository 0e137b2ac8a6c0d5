"A server that names the likeliest tokens beside each one it wrote is teacher enough for a recipe with logits"
import json
from dataclasses import replace

import pytest
import torch
from api_server import Server

from ioa_nb.api import load_api
from ioa_nb.core import IOAConfig, IOAError, load_domain
from ioa_nb.losses_sparse import read_info, stored_rows
from ioa_nb.models import Request, Sampling, load_lm
from ioa_nb.recipes import RECIPES, Phase
from ioa_nb.rounds import IOA, Ended

CONFIG = IOAConfig(rounds=2, teacher_tokens=300, trained_tokens=1500, gate_probes=2, test_probes=2, max_new_tokens=60)


class Telling(Server): # the shipped teacher; beside each token it wrote, the likeliest ones, as vLLM and OpenAI send them
    def __init__(self, silent=False):
        super().__init__(self.write)
        self.silent, self.teacher, self.known = silent, load_lm("classroom/teacher"), {}

    def write(self, number, body):
        key = json.dumps([body["messages"], body.get("temperature"), body.get("seed")])
        if key not in self.known: self.known[key] = self.completion(body, key)
        return 200, {}, self.known[key]

    def completion(self, body, key):
        lm = self.teacher
        request = Request(tuple(body["messages"]), key=key)
        said, prompt = lm.generate([request], Sampling(60, body.get("temperature") or 0.0))[0][0], lm.encode(request)
        ids = [i for i in said.token_ids if i != lm.tokenizer.eos_token_id]
        message = dict(index=0, finish_reason=said.finish_reason, message=dict(role="assistant", content=said.text))
        if body.get("top_logprobs") and not self.silent: message["logprobs"] = dict(content=self.rows(prompt, ids, body["top_logprobs"]))
        return json.dumps(dict(id="x", object="chat.completion", created=0, model="toy", choices=[message], usage=dict(prompt_tokens=len(prompt), completion_tokens=len(said.token_ids))))

    def rows(self, prompt, ids, k):
        lm, rows = self.teacher, []
        with torch.inference_mode(): log_p = lm.model(torch.tensor([prompt + ids])).logits[0, len(prompt) - 1:-1].log_softmax(-1)
        before = ""
        for i, row in zip(ids, log_p):
            text = lm.tokenizer.decode(ids[:len(rows) + 1], skip_special_tokens=True)
            values, best = row.topk(k)
            rows.append(dict(token=text[len(before):], logprob=row[i].item(), top_logprobs=[dict(token=lm.tokenizer.decode([t]), logprob=v) for t, v in zip(best.tolist(), values.tolist())]))
            before = text
        return rows


@pytest.fixture(autouse=True)
def no_keys(monkeypatch, tmp_path):
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))
    for name in ("IOA_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)


def new_run(server, recipe="ioa_logits", config=CONFIG, **options):
    domain, student = load_domain("classroom"), load_lm("classroom/student")
    return IOA(domain, load_api(f"api:toy@{server.url}", **options), student, config, RECIPES[recipe] if isinstance(recipe, str) else recipe)


def test_a_run_learns_from_what_the_server_said_of_every_token(tmp_path):
    with Telling() as server: summary = new_run(server, top_logprobs=8).run(tmp_path/"run")
    for folder in sorted((tmp_path/"run").glob("round-*")):
        lessons = json.loads((folder/"lessons.json").read_text())
        assert len(lessons["examples"]) >= lessons["with_logprobs"] > 0.8 * len(lessons["examples"])
        info, rows = read_info(folder/"logits"), stored_rows(folder/"logits")
        assert info.k == 8 and info.rows == len(rows) == lessons["with_logprobs"] and info.teacher.startswith("api:toy@") and info.covered > 0.9
    assert abs(summary["trained_tokens"] - CONFIG.trained_tokens) < 200 and len(list((tmp_path/"run").glob("round-*/logits"))) == 2


def test_the_student_ends_elsewhere_than_with_labels_alone_and_a_stop_changes_nothing(tmp_path):
    steps = iter(range(9))

    def control():
        if next(steps, None) is None: raise Ended
    weights = lambda run: {k: v.clone() for k, v in load_lm(str(run/"student")).model.state_dict().items()}
    with Telling() as server:
        new_run(server, top_logprobs=8).run(tmp_path/"whole")
        with pytest.raises(Ended): new_run(server, top_logprobs=8).run(tmp_path/"stopped", control)
        new_run(server, top_logprobs=8).run(tmp_path/"stopped")
        new_run(server, "ioa", top_logprobs=8).run(tmp_path/"labels")
    whole, stopped, labels = (weights(tmp_path/name) for name in ("whole", "stopped", "labels"))
    assert all(torch.equal(whole[k], stopped[k]) for k in whole) and any(not torch.equal(whole[k], labels[k]) for k in whole)


def test_a_server_that_says_nothing_is_told_in_one_line(tmp_path):
    with Telling(silent=True) as server:
        with pytest.raises(IOAError, match="none of .* came with log-probabilities that the student's tokenizer can read"): new_run(server, top_logprobs=8).run(tmp_path/"run")
        with pytest.raises(IOAError, match="shows no weights; choose a recipe without, or a teacher with"): new_run(server).run(tmp_path/"other")                 # not asked for
        with pytest.raises(IOAError, match="hidden_weight above 0"): new_run(server, "ioa_hidden", top_logprobs=8).run(tmp_path/"hidden")                        # states cannot be served
        warm = replace(RECIPES["ioa_logits"], losses=(Phase(0.0, {**RECIPES["ioa_logits"].losses[0].losses, "temperature": 2.0}),))
        with pytest.raises(IOAError, match="compares at temperature 2.0, and a server gives its distributions at 1"): new_run(server, warm, top_logprobs=8).run(tmp_path/"warm")
        with pytest.raises(IOAError, match="with plain requests"): new_run(server, config=IOAConfig(**{**CONFIG.to_dict(), "requests": "json"}), top_logprobs=8).run(tmp_path/"json")
