"""Are a run's exported lessons what TRL trains on, in the order they were taught in?

First step, once, from the root of a checkout: an environment of its own for TRL, which this package does not depend on.

    python -m venv .venv-trl
    .venv-trl/bin/pip install -c constraints.txt trl==1.16.0 -e .

Then (two minutes):

    .venv-trl/bin/python perf/handover_trl.py

A short run of the classroom is exported with its rehearsal, loaded with datasets.load_dataset and given to TRL's SFTTrainer, which
trains the shipped student for two epochs: in both forms, as the trainer comes and as `keep_order` makes it, and packed. Written
down where batches are made: the `order` column of every row seen. Compared row by row with `training.encode_example`: the tokens
that TRL made of it, the labels that count, and the loss of the first batch, computed here once more from `encode_example` alone.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CASES = (("prompt_completion", True, {}), ("prompt_completion", False, {}), ("messages", True, dict(assistant_only_loss=True)), ("messages", True, {}),
         ("prompt_completion", True, dict(packing=True, max_length=256)))    # form, keep_order or not, settings


def short_run(folder:Path)->Path: # a finished run
    from ioa_nb.classroom import Classroom
    from ioa_nb.core import IOAConfig
    from ioa_nb.models import load_lm
    from ioa_nb.rounds import IOA
    config = IOAConfig(rounds=3, max_tries=1, teacher_tokens=3000, trained_tokens=20_000, gate_probes=6, test_probes=10)
    IOA(Classroom(), load_lm("classroom/teacher", "cpu"), load_lm("classroom/student", "cpu"), config).run(folder)
    return folder


def train(data, form:str, ordered:bool, settings:dict, epochs:int, folder:Path)->dict: # what one trainer saw
    from transformers.trainer_callback import PrinterCallback
    from trl import SFTConfig, SFTTrainer
    from ioa_nb.core import IOAError
    from ioa_nb.handover import MARKED_TEMPLATE, keep_order, out_of_order
    from ioa_nb.models import load_lm
    from ioa_nb.training import encode_example
    own = load_lm("classroom/student", "cpu").model
    lm, seen = load_lm("classroom/student", "cpu"), []
    if settings.get("assistant_only_loss"): lm.tokenizer.chat_template = MARKED_TEMPLATE
    args = SFTConfig(str(folder), use_cpu=True, bf16=False, per_device_train_batch_size=8, num_train_epochs=epochs, learning_rate=1e-4, report_to=[], save_strategy="no",
                     logging_steps=1, disable_tqdm=True, remove_unused_columns=False, **settings)       # so that the batches still have the column `order`
    trainer = (keep_order(SFTTrainer) if ordered else SFTTrainer)(model=lm.model, args=args, train_dataset=data, processing_class=lm.tokenizer)
    trainer.remove_callback(PrinterCallback)
    collate = trainer.data_collator
    def note(rows): seen.extend(r["order"] for r in rows); return collate([{k: r[k] for k in ("input_ids", "labels")} for r in rows])
    trainer.data_collator = note
    row = dict(form=form, sampler="stages" if ordered else "as it comes", settings=", ".join(f"{k} {v}" for k, v in settings.items()))
    try: trainer.train()
    except IOAError as error: return dict(row, rows=len(data), refused=str(error))
    stage = dict(zip(data["order"], data["stage"]))
    passes = [seen[k:k + len(data)] for k in range(0, len(seen), len(data))]
    prompt = lambda r: r["messages"][:-1] if form == "messages" else r["prompt"]
    answer = lambda r: (r["messages"] if form == "messages" else r["completion"])[-1]["content"]
    wanted = [encode_example(lm.tokenizer, prompt(r), answer(r)) for r in data]
    at = {k: number for number, k in enumerate(data["order"])}
    first = loss_of(own, [wanted[at[k]] for k in seen[:args.per_device_train_batch_size]], lm.tokenizer.pad_token_id)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return dict(row, rows=len(data), stages=len(set(data["stage"])), epochs=epochs, once=all(sorted(p) == sorted(data["order"]) for p in passes), differs=passes[0] != passes[-1],
                late=[out_of_order([stage[k] for k in p]) for p in passes], ids=sum(list(t["input_ids"]) == w["input_ids"] for t, w in zip(trainer.train_dataset, wanted)),
                labels=sum(list(t["labels"]) == w["labels"] for t, w in zip(trainer.train_dataset, wanted)), steps=len(losses), first_loss=losses[0], own_loss=first, last_loss=losses[-1])


def loss_of(model, rows, pad_id)->float: # mean cross-entropy over the labels of encoded rows
    import torch
    import torch.nn.functional as F
    from ioa_nb.training import collate
    batch = collate(rows, pad_id)
    with torch.no_grad(): logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), batch["labels"][:, 1:].flatten()).item()


def table(rows)->str: # Markdown
    lines = ["| form | sampler | settings | rows | each once an epoch | out of order, by epoch | tokens as ours | labels as ours | first loss | as ours |", "|:---|:---|:---|---:|:---|:---|---:|---:|---:|---:|"]
    for r in rows:
        if "refused" in r: lines.append(f"| {r['form']} | {r['sampler']} | {r['settings']} | {r['rows']} | refused | | | | | |"); continue
        lines.append(f"| {r['form']} | {r['sampler']} | {r['settings']} | {r['rows']} | {'yes' if r['once'] else 'no'} | {', '.join(map(str, r['late']))} | {r['ids']} | {r['labels']} | {r['first_loss']:.4f} | {r['own_loss']:.4f} |")
    return "\n".join(lines)


def machine()->str: # one line: what it was run on, with which versions
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    def of(name):
        try: return f"{name} {version(name)}"
        except PackageNotFoundError:
            from ioa_nb import __version__
            return f"{name} {__version__}" if name == "ioa_nb" else f"no {name}"
    return f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, {', '.join(map(of, ('torch', 'trl', 'transformers', 'datasets', 'accelerate', 'ioa_nb')))}; {platform.system()}"


def case(number:int, lessons:Path, epochs:int)->dict: # in a process of its own
    import torch
    from datasets import disable_progress_bars, load_dataset
    torch.set_num_threads(1); disable_progress_bars()
    form, ordered, settings = CASES[number]
    with tempfile.TemporaryDirectory() as tmp:
        data = load_dataset(str(lessons), form, split="train", cache_dir=f"{tmp}/cache")
        return train(data, form, ordered, settings, epochs, Path(tmp)/"out")


def main()->None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a run folder to export (default: a short run is made)")
    parser.add_argument("--epochs", type=int, default=2, help="(default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print machine and rows as JSON instead of the table")
    parser.add_argument("--table", metavar="FILE", help="train nothing; print the table of what --json printed before")
    parser.add_argument("--one", nargs=2, metavar=("NUMBER", "DIR"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one: print(json.dumps(case(int(options.one[0]), Path(options.one[1]), options.epochs))); return
    if options.table: found = json.loads(Path(options.table).read_text())
    else:
        from datasets import disable_progress_bars
        from ioa_nb.handover import export_lessons
        disable_progress_bars()
        with tempfile.TemporaryDirectory() as tmp:
            lessons = export_lessons(options.run or short_run(Path(tmp)/"run"), Path(tmp)/"lessons", rehearsal=True)
            rows = []
            for number, what in enumerate(CASES):
                done = subprocess.run([sys.executable, __file__, "--one", str(number), str(lessons), "--epochs", str(options.epochs)], capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
                if done.returncode: raise SystemExit(f"{what} failed:\n{done.stderr}")
                rows.append(json.loads(done.stdout.splitlines()[-1]))
        found = dict(machine=machine(), rows=rows)
    print(json.dumps(found, indent=1) if options.json else f"{found['machine']}\n\n{table(found['rows'])}")


if __name__ == "__main__": main()
