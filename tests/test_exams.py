"The command `ioa_eval`: killed for real and continued, what it says before it begins, what its report says afterwards"
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from ioa_nb.benchmarks.command import TASKS, main
from ioa_nb.benchmarks.evaluation import evaluate, read_samples
from ioa_nb.benchmarks.gsm8k import gsm8k
from ioa_nb.core import IOAError
from ioa_nb.models import load_lm
from ioa_nb.sandbox import find_hole

COMMAND = [sys.executable, "-m", "ioa_nb.benchmarks.command", "--model", "classroom/student"]
PROBLEM = dict(task_id="toy/0", entry_point="top", prompt='def top(xs):\n    """ The largest. """\n', test="def check(candidate):\n    assert candidate([1, 3]) == 3\n", canonical_solution="    return max(xs)\n")


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))


@pytest.fixture
def data(tmp_path):
    rows = [dict(question=f"What is {a} + {b}?", answer=f"{a} + {b} = {a + b}\n#### {a + b}") for a in range(2, 10) for b in range(2, 10)]
    for split in ("train", "test"): write(tmp_path/"data"/"gsm8k"/f"{split}.jsonl", rows)
    return tmp_path/"data"


def scores_of(folder): return json.loads((folder/"scores.json").read_text())["scores"]


def test_a_run_that_is_killed_goes_on_where_it_stopped(data, tmp_path):
    command = [*COMMAND, "--tasks", "gsm8k_chat", "--batch", "2", "--max-new-tokens", "40", "--data", str(data), "--out", str(tmp_path/"killed")]
    samples, kept, kills = tmp_path/"killed"/"gsm8k_chat"/"samples.jsonl", b"", 0
    while True:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None and (not samples.exists() or samples.stat().st_size <= len(kept)): time.sleep(0.001)
        if process.poll() is not None or kills == 3: break
        process.send_signal(signal.SIGKILL); process.wait(); kills += 1
        now = samples.read_bytes()
        whole = now[:now.rfind(b"\n") + 1]
        assert whole.startswith(kept) and len(whole) > len(kept)              # what was kept stays as it was, and more came to it
        kept = whole
    said, progress = process.communicate(timeout=300)
    assert process.returncode == 0 and kills == 3, progress.decode()[-2000:]
    assert samples.read_bytes().startswith(kept) and b"gsm8k_chat" in progress      # and it showed how far it was
    found = read_samples(samples)
    assert Counter(s["key"] for s in found) == Counter(str(k) for k in range(64)) and all(s["replies"] for s in found)
    main(["--model", "classroom/student", "--tasks", "gsm8k_chat", "--batch", "2", "--max-new-tokens", "40", "--data", str(data), "--out", str(tmp_path/"whole")])
    assert scores_of(tmp_path/"killed") == scores_of(tmp_path/"whole")
    [score] = scores_of(tmp_path/"whole")
    mean, low, high = score["measures"]["numeric"]
    assert score["rows"] == 64 and 0 <= low < mean < high <= 1 and f"{mean:8.3f}   {low:.3f} to {high:.3f}" in said.decode()


def test_a_student_that_was_trained_again_is_another_one(data, tmp_path):
    student, task, record = load_lm("classroom/student"), gsm8k("gsm8k_chat", data, max_new_tokens=9), tmp_path/"out"/"gsm8k_chat"/"task.json"
    first = evaluate(student, task, tmp_path/"out", 2)
    student.model.lm_head.weight.data += 0.01
    with pytest.raises(IOAError, match="samples of another run .weights"): evaluate(student, task, tmp_path/"out", 2)
    record.write_text(json.dumps({k: v for k, v in json.loads(record.read_text()).items() if k != "weights"}))          # an older record does not know
    assert evaluate(student, task, tmp_path/"out", 2) == first


@pytest.mark.parametrize("arguments, said", [
    (["--tasks", "gsm8k,humanevil"], "unknown task 'humanevil'; choose of gsm8k"), (["--tasks", ","], "no task in ','"), (["--tasks", "mt_bench"], "mt_bench needs a judge"), (["--tasks", "gsm8k", "--judge-begins", "x"], "--judge-begins needs a judge"), (["--tasks", "gsm8k", "--limit", "0"], "--limit is 0; choose 1"),
    (["--tasks", "gsm8k", "--samples", "0"], "--samples is 0"), (["--tasks", "math500", "--samples", "3"], "put math500/test.jsonl|takes one reply"), (["--tasks", "gsm8k,math500"], "put math500/test.jsonl into a folder and name it with --data or IOA_DATA_DIR, or go online once"),
    (["--tasks", "dolly_sample"], r"dolly/sample.jsonl \(from rows of databricks/databricks-dolly-15k.*; name its folder"), (["--tasks", "mt_bench", "--judge", "x"], r"gpt-4.jsonl \(from fastchat/llm_judge/data of github.com/lm-sys/FastChat\); name its folder"), (["--tasks", "aime2024"], "HuggingFaceH4/aime_2024 cannot be had"), (["--tasks", "humaneval", "--model", "api:toy@http://127.0.0.1:9/v1"], "continues no text; add --chat")])
def test_what_is_missing_is_said_before_a_model_is_loaded(data, capsys, monkeypatch, arguments, said):
    monkeypatch.setattr("ioa_nb.benchmarks.command.load_lm", lambda *a: pytest.fail("a model was loaded"))
    with pytest.raises(SystemExit) as left: main(["--model", "classroom/student", "--data", str(data), *arguments])
    shown = capsys.readouterr().err
    assert left.value.code == 2 and shown.startswith("ioa_eval: ") and len(shown.strip().splitlines()) == 1
    import re
    assert re.search(said, shown), shown


def test_broken_data_names_file_line_and_field(data, capsys):
    file = data/"gsm8k"/"test.jsonl"
    for line, said in (('{"question": "q"}', "line 65: field 'answer' is missing"), ('{"question": "q", "answer": null}', "line 65: field 'answer' is empty"), ('{"question": 3, "answer": "4"}', "line 65: field 'question' is '3', not text"), ('{"question', "line 65: not JSON"), ("7", "line 65: '7' is no object")):
        before = file.read_text()
        file.write_text(before + line + "\n")
        with pytest.raises(SystemExit): main(["--model", "classroom/student", "--data", str(data), "--tasks", "gsm8k"])
        assert f"{file}, {said}" in capsys.readouterr().err
        file.write_text(before)


def test_a_folder_that_cannot_be_made_is_one_line(data, tmp_path, capsys):
    (tmp_path/"file").write_text("")
    with pytest.raises(SystemExit) as left: main(["--model", "classroom/student", "--data", str(data), "--tasks", "gsm8k_chat", "--limit", "1", "--max-new-tokens", "4", "--out", str(tmp_path/"file"/"x")])
    shown = capsys.readouterr().err
    assert left.value.code == 2 and shown.splitlines()[-1].startswith("ioa_eval: ") and "Not a directory" in shown and "Traceback" not in shown


def test_the_help_names_every_task(capsys):
    with pytest.raises(SystemExit): main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown and text in shown for name, text in TASKS.items()) and shown.count("  ioa_eval --model") == 3 and "goes on with the rows that are missing" in shown


def test_without_a_sandbox_it_refuses_unless_told_otherwise_in_so_many_words(tmp_path):
    write(tmp_path/"humaneval"/"rows.jsonl", [PROBLEM])
    import gzip
    with gzip.open(tmp_path/"humaneval"/"HumanEval.jsonl.gz", "wt") as file: file.write(json.dumps(PROBLEM))
    command = [*COMMAND, "--tasks", "humaneval", "--data", str(tmp_path), "--out", str(tmp_path/"out"), "--max-new-tokens", "5"]
    (tmp_path/"bin").mkdir()
    def run(*more): return subprocess.run([*command, *more], capture_output=True, text=True, env={**os.environ, "PATH": str(tmp_path/"bin")})
    refused = run()
    assert refused.returncode == 2 and "no sandbox: " in refused.stderr and "apt-get install bubblewrap" in refused.stderr and not (tmp_path/"out").exists()
    told = run("--unsafe-no-sandbox")
    assert told.returncode == 0 and "programs ran WITHOUT a sandbox" in told.stdout and "humaneval_no_sandbox" in told.stdout, told.stderr
    assert json.loads((tmp_path/"out"/"scores.json").read_text())["unsafe_no_sandbox"] is True
    assert read_samples(tmp_path/"out"/"humaneval_no_sandbox"/"samples.jsonl")[0]["beside"]["sandbox"] == "none"


@pytest.mark.skipif(bool(find_hole(os.geteuid())), reason="no sandbox here")
def test_several_replies_a_row(data, tmp_path, capsys):
    import gzip
    (data/"humaneval").mkdir()
    with gzip.open(data/"humaneval"/"HumanEval.jsonl.gz", "wt") as file: file.write(json.dumps(PROBLEM))
    main(["--model", "classroom/student", "--tasks", "gsm8k_chat,humaneval", "--samples", "3", "--limit", "4", "--max-new-tokens", "20", "--data", str(data), "--out", str(tmp_path/"out")])
    shown = capsys.readouterr().out
    assert "maj@3 *" in shown and "pass@1 *" in shown and "pass@3" in shown
    assert all(len(s["replies"]) == 3 for name in ("gsm8k_chat", "humaneval") for s in read_samples(tmp_path/"out"/name/"samples.jsonl"))


@pytest.mark.parametrize("model, judge, keys, sent", [
    ("api:small@https://one.example.org/v1", "api:big@https://two.example.org/v1", "both", "sk-judge-00000000"), ("api:small@https://one.example.org/v1", "api:big@https://one.example.org/v1", "both", "sk-model-00000000"),
    ("classroom/student", "api:big@https://two.example.org/v1", "both", "sk-judge-00000000"), ("classroom/student", "api:big@https://two.example.org/v1", "model", "sk-model-00000000"),
    ("api:small@https://one.example.org/v1", "api:big@https://two.example.org/v1", "model", None)])
def test_a_judge_of_another_provider_has_a_key_of_its_own(model, judge, keys, sent, monkeypatch):
    from types import SimpleNamespace
    from ioa_nb.api import _read_key
    from ioa_nb.benchmarks.command import _judge
    monkeypatch.setenv("IOA_API_KEY", "sk-model-00000000")
    for name in ("IOA_JUDGE_API_KEY", "OPENAI_API_KEY"): monkeypatch.delenv(name, raising=False)
    if keys == "both": monkeypatch.setenv("IOA_JUDGE_API_KEY", "sk-judge-00000000")
    a = SimpleNamespace(model=model, judge=judge, device=None)
    if sent:
        asked = _judge(a)
        assert _read_key(asked.base_url, asked.key) == sent
    else:
        with pytest.raises(IOAError, match="set IOA_JUDGE_API_KEY"): _judge(a)           # never the model's
