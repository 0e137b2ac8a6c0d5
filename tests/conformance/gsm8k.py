"""Our GSM8K against lm-evaluation-harness on the same model and rows: prompts, what is taken out of the replies, verdicts.

The harness has an environment of its own (`pip install 'lm-eval[hf]==0.4.13'`); name its Python. The data folder has
gsm8k/train.jsonl and gsm8k/test.jsonl. Committed beside this file: gsm8k.json, what it found.

    python tests/conformance/gsm8k.py --model smollm2 --data FOLDER --harness ENV/bin/python --limit 40
"""
import argparse
import importlib.metadata
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

HARNESS = r"""
import importlib.metadata, json, sys, torch, yaml, lm_eval
from pathlib import Path
from lm_eval import simple_evaluate
from lm_eval.models.huggingface import HFLM
model, data, limit, batch, out = sys.argv[1:]
torch.set_num_threads(1)
config = yaml.safe_load((Path(lm_eval.__file__).parent/"tasks"/"gsm8k"/"gsm8k.yaml").read_text())
config.update(dataset_path="json", dataset_name=None, dataset_kwargs=dict(data_files={s: f"{data}/gsm8k/{s}.jsonl" for s in ("train", "test")}))
found = simple_evaluate(model=HFLM(pretrained=model, dtype="float32", device="cpu", batch_size=int(batch)), tasks=[config], limit=int(limit), log_samples=True, bootstrap_iters=0)
rows = [dict(number=s["doc_id"], rule=s["filter"], prompt=s["arguments"][0][0], reply=s["resps"][0][0], extracted=s["filtered_resps"][0], correct=float(s["exact_match"])) for s in found["samples"]["gsm8k"]]
json.dump(dict(version=importlib.metadata.version("lm_eval"), task_version=config["metadata"]["version"], rows=rows), open(out, "w"))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="smollm2"); parser.add_argument("--data", default=os.environ.get("IOA_DATA_DIR"))
    parser.add_argument("--harness", required=True, help="Python of the environment that has lm-eval"); parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--batch", type=int, default=4); parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    a = parser.parse_args()
    import torch

    from ioa_nb.benchmarks.evaluation import evaluate, read_samples
    from ioa_nb.benchmarks.gsm8k import gsm8k
    from ioa_nb.models import load_lm
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        model, task = load_lm(a.model), gsm8k("gsm8k", a.data)
        model.model.save_pretrained(f"{folder}/model"); model.tokenizer.save_pretrained(f"{folder}/model")
        began = time.monotonic()
        evaluate(model, task, f"{folder}/ours", a.limit, batch=a.batch, progress=True)
        ours, mine = {int(s["key"]): s for s in read_samples(f"{folder}/ours/gsm8k/samples.jsonl")}, time.monotonic() - began
        prompts = {r["number"]: r["asked"] for r in task.rows[:a.limit]}
        began = time.monotonic()
        subprocess.run([a.harness, "-c", HARNESS, f"{folder}/model", a.data, str(a.limit), str(a.batch), f"{folder}/theirs.json"], check=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
        theirs, his = json.loads(Path(f"{folder}/theirs.json").read_text()), time.monotonic() - began
    names = {"strict-match": "strict", "flexible-extract": "flexible"}
    agree = dict(prompts=0, replies=0, extracted=0, verdicts=0)
    differ = []
    for r in theirs["rows"]:
        mine_row = ours[r["number"]]
        same = dict(prompts=prompts[r["number"]] == r["prompt"], replies=mine_row["replies"][0] == r["reply"], extracted=mine_row["beside"]["extracted"][r["rule"]] == r["extracted"],
                    verdicts=mine_row["measures"][names[r["rule"]]] == r["correct"])
        for k, v in same.items(): agree[k] += v
        if not all(same.values()): differ.append(dict(number=r["number"], rule=r["rule"], **same))
    found = dict(model=a.model, rows=a.limit, compared=len(theirs["rows"]), agree=agree, differ=differ, right={rule: sum(r["correct"] for r in theirs["rows"] if r["rule"] == rule) for rule in names},
                 versions=dict(lm_eval=theirs["version"], gsm8k_task=theirs["task_version"], transformers=importlib.metadata.version("transformers"), torch=importlib.metadata.version("torch")),
                 seconds=dict(ours=round(mine), harness=round(his)))
    Path(a.out).write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__": main()
