"Lessons that leave the house: the order holds, nothing is lost on the way, and bad input is refused"
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from accelerate.data_loader import BatchSamplerShard
from datasets import Dataset, load_dataset
from huggingface_hub import DatasetCard
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training import free_port
from torch.utils.data import BatchSampler
from transformers import Trainer, TrainingArguments

from ioa_nb import handover
from ioa_nb.core import IOAError, save_json
from ioa_nb.handover import FORMS, MARKED_TEMPLATE, StageSampler, as_dataset, as_example, describe, export_lessons, keep_order, lesson_rows, out_of_order
from ioa_nb.models import CHAT_TEMPLATE, load_lm
from ioa_nb.commands import main as ioa_run
from ioa_nb.synthesis import Example

stages = st.lists(st.integers(1, 5), max_size=40)


@pytest.fixture(scope="module")
def run(tmp_path_factory): # three rounds of two stages: the second is tried twice
    folder = tmp_path_factory.mktemp("handed")/"run"
    made = [(("a", "b"), 1, "first"), (("c",), 1, "second"), (("c",), 2, "third")]
    for k, (modules, tries, word) in enumerate(made, 1):
        part = folder/f"round-{k:03d}"
        def example(n, kind, k=k, modules=modules, word=word): # every field filled
            return Example(modules[n % len(modules)], f"{word} {kind} {n} – “é”?\n", f"so: {n}.\n#### {n}", ({"role": "system", "content": ""}, {"role": "user", "content": f"{word} {n}"}),
                           None if n % 2 else "scaffolded", kind, 1 + n % 3, ("load",) * (n % 2), "teacher", 10 + n, k, f"{k}-{n}", "pair" if n < 2 else "", "origin" if n == 1 else "").to_dict()
        save_json(part/"lessons.json", dict(examples=[example(n, "lesson" if tries == 1 else "remedial") for n in range(4 + k)], asked=10, tokens=100, rejects=[]))
        save_json(part/"practice.json", dict(examples=[example(n, "practice") for n in range(k - 1)], tokens=5))
        save_json(part/"stage.json", dict(stage=modules, tries=tries, passed=[], deferred=[], log=[]))
        save_json(part/"gate.json", dict(rows=[dict(module=m, correct=True) for m in "abc"]))
        for name in ("brief", "decision", "state"): save_json(part/f"{name}.json", {})
    own = [dict(example(n, "rehearsal"), round=0) for n in range(9)]
    save_json(folder/"before"/"rehearsal.json", dict(examples=own, tokens=9))
    save_json(folder/"config.json", dict(config=dict(seed=3, rounds=3), recipe=dict(name="ioa"), domain="elsewhere", teacher="some/teacher", student="some/student"))
    return folder


def lessons_of(run): return [Example.from_dict(e) for k in (1, 2, 3) for e in json.loads((run/f"round-{k:03d}"/"lessons.json").read_text())["examples"]]


# -- the order -----------------------------------------------------------------------------------------------------

@settings(max_examples=200, deadline=None)
@given(stages, st.integers(0, 3), st.integers(0, 3), st.integers(1, 3), st.integers(1, 7), st.booleans())
def test_no_row_of_a_later_stage_comes_before_an_earlier_ones_last(stages, seed, epoch, passes, fill, shuffle):
    sampler = StageSampler(stages, seed, shuffle, passes, fill=fill); sampler.set_epoch(epoch)
    seen = list(sampler)
    assert len(seen) == len(sampler)
    assert out_of_order([stages[k] for k in seen]) == 0
    counts = Counter(seen)
    assert set(counts) == set(range(len(stages))) and all(n >= passes for n in counts.values())
    for stage, n in Counter(stages[k] for k in seen).items(): assert n % fill == 0 and n - passes * stages.count(stage) < fill
    if fill == 1: assert set(counts.values()) <= {passes}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", "", "p", "q"])), max_size=25), st.integers(0, 3))
def test_pairs_stay_side_by_side(rows, seed):
    stages, pairs = [s for s, _ in rows], [p for _, p in rows]
    seen = list(StageSampler(stages, seed, pairs=pairs))
    assert sorted(seen) == list(range(len(rows)))
    for stage in set(stages):
        for name in ("p", "q"):
            places = [at for at, k in enumerate(seen) if (stages[k], pairs[k]) == (stage, name)]
            assert not places or places[-1] - places[0] == len(places) - 1


@settings(max_examples=100, deadline=None)
@given(stages.filter(bool), st.integers(1, 4), st.integers(1, 3))
def test_filled_stages_are_dealt_out_whole(stages, batch, processes):
    "As Accelerate deals them out: step by step over all processes, no batch of two stages, nothing from the beginning at the end"
    sampler = StageSampler(stages, fill=batch * processes)
    dealt = [list(BatchSamplerShard(BatchSampler(sampler, batch, False), processes, rank)) for rank in range(processes)]
    assert len({len(d) for d in dealt}) == 1
    steps = [[stages[k] for rank in step for k in rank] for step in zip(*dealt)]
    assert all(len(set(step)) == 1 for step in steps) and out_of_order([s for step in steps for s in step]) == 0


def test_epochs_differ_and_the_stages_stay():
    numbers = [1] * 12 + [2] * 12
    sampler, orders = StageSampler(numbers, 5), []
    for epoch in range(4): sampler.set_epoch(epoch); orders.append(list(sampler))
    assert len(set(map(tuple, orders))) == 4
    other = StageSampler(numbers, 5); other.set_epoch(2)
    assert list(other) == orders[2] and list(StageSampler(numbers, 6)) != orders[0]
    assert all(set(o[:12]) == set(range(12)) for o in orders)


def test_the_sampler_refuses_what_it_cannot_order():
    for bad, said in ((lambda: StageSampler([1], fill=0), "fill is 0"), (lambda: StageSampler([1, 2], pairs=[""]), "1 pair names for 2 rows"), (lambda: StageSampler([None]), "row 0 has no stage")):
        with pytest.raises(IOAError, match=said): bad()


# -- any trainer ---------------------------------------------------------------------------------------------------

def see(trainer_class, folder, rows, **options):
    "Which rows a trainer sees; the model is as small as can be"
    class Model(torch.nn.Module):
        def __init__(self): super().__init__(); self.weight = torch.nn.Parameter(torch.zeros(1))
        def forward(self, x): return dict(loss=(self.weight * x).mean())
    seen = []
    def note(batch): seen.extend(r["number"] for r in batch); return dict(x=torch.ones(len(batch)))
    resume = options.pop("resume", None)
    arguments = TrainingArguments(str(folder), use_cpu=True, report_to=[], remove_unused_columns=False, disable_tqdm=True, **{**dict(save_strategy="no", per_device_train_batch_size=4), **options})
    trainer_class(Model(), arguments, train_dataset=rows, data_collator=note).train(resume_from_checkpoint=resume)
    return seen


ROWS = [dict(number=k, stage=1 + k // 10, pair="") for k in range(30)]


def test_a_trainer_keeps_the_order_and_a_resumed_one_goes_on_where_it_was(tmp_path):
    ordered = keep_order(Trainer)
    whole = see(ordered, tmp_path/"whole", Dataset.from_list(ROWS), num_train_epochs=2, save_strategy="steps", save_steps=11)    # a checkpoint amid the second epoch
    assert [out_of_order([ROWS[k]["stage"] for k in part]) for part in (whole[:30], whole[30:])] == [0, 0] and whole[:30] != whole[30:]
    resumed = see(ordered, tmp_path/"whole", Dataset.from_list(ROWS), num_train_epochs=2, resume=str(tmp_path/"whole"/"checkpoint-11"))
    assert resumed == whole[30 + 12:]
    assert see(ordered, tmp_path/"list", ROWS, num_train_epochs=2) == whole
    assert out_of_order([ROWS[k]["stage"] for k in see(Trainer, tmp_path/"plain", ROWS, num_train_epochs=1)]) > 0


def test_the_order_does_not_depend_on_that_of_the_file(tmp_path):
    shuffled = Dataset.from_list(ROWS).shuffle(seed=1)
    assert out_of_order([ROWS[k]["stage"] for k in see(keep_order(Trainer), tmp_path, shuffled, num_train_epochs=1)]) == 0


def test_settings_of_the_trainer_are_followed_or_refused(tmp_path):
    seen = see(keep_order(Trainer), tmp_path/"a", ROWS, num_train_epochs=1, train_sampling_strategy="sequential")
    assert seen == list(range(30))
    assert see(keep_order(Trainer), tmp_path/"b", ROWS, num_train_epochs=1, data_seed=5) != see(keep_order(Trainer), tmp_path/"c", ROWS, num_train_epochs=1, data_seed=6)
    twice = see(keep_order(Trainer, passes=2), tmp_path/"d", ROWS, num_train_epochs=1)
    assert Counter(twice) == {k: 2 for k in range(30)} and out_of_order([ROWS[k]["stage"] for k in twice]) == 0
    with pytest.raises(IOAError, match="no column 'stage'.*packing=False"): see(keep_order(Trainer), tmp_path/"e", Dataset.from_list([dict(number=1)] * 4), num_train_epochs=1)


SCRIPT = """
import json, sys
import torch
from transformers import Trainer
sys.path.insert(0, sys.argv[1])
import test_handover as t
seen = t.see(t.keep_order(Trainer), sys.argv[2], t.ROWS[:29], num_train_epochs=1, ddp_backend="gloo")
rank = int(__import__("os").environ["RANK"])
open(f"{sys.argv[2]}/seen-{rank}.json", "w").write(json.dumps(seen))
torch.distributed.barrier(); torch.distributed.destroy_process_group()
"""


def test_two_processes_go_through_the_stages_together(tmp_path):
    (tmp_path/"script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_addr", "127.0.0.1", "--master_port", free_port(), str(tmp_path/"script.py"), str(Path(__file__).parent), str(tmp_path)],
                          capture_output=True, text=True, timeout=300, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-4000:]
    seen = [json.loads((tmp_path/f"seen-{rank}.json").read_text()) for rank in range(2)]
    assert len(seen[0]) == len(seen[1]) and set(seen[0]) | set(seen[1]) == set(range(29))
    steps = [[ROWS[k]["stage"] for part in seen for k in part[at:at + 4]] for at in range(0, len(seen[0]), 4)]
    assert all(len(set(step)) == 1 for step in steps) and out_of_order([s for step in steps for s in step]) == 0


# -- the data ------------------------------------------------------------------------------------------------------

def test_nothing_is_lost_on_the_way(run, tmp_path):
    out = export_lessons(run, tmp_path/"out")
    for form in FORMS:
        data = load_dataset(str(out), form, split="train", cache_dir=str(tmp_path/"cache"))
        assert data.to_list() == as_dataset(lesson_rows(run), form).to_list()
        assert [as_example(r) for r in data] == lessons_of(run)
    again = export_lessons(run, tmp_path/"again")
    for path in ("README.md", *(f"{form}/train.parquet" for form in FORMS)): assert (out/path).read_bytes() == (again/path).read_bytes()


def test_a_stage_is_one_over_its_tries_and_rehearsal_is_spread_over_all(run):
    rows = lesson_rows(run)
    assert [(r["stage"], r["round"], r["tries"]) for r in rows] == [(1, 1, 1)] * 5 + [(2, 2, 1)] * 6 + [(2, 3, 2)] * 7
    every = lesson_rows(run, rehearsal=True)
    assert Counter(r["kind"] for r in every) == dict(lesson=11, remedial=7, practice=3, rehearsal=9)
    assert out_of_order([r["round"] for r in every]) == 0 and [r["order"] for r in every] == list(range(30))
    assert {r["round"] for r in every if r["kind"] == "rehearsal"} == {1, 2, 3} and {r["written"] for r in every if r["kind"] == "rehearsal"} == {0}


def test_the_card_is_read_by_machines_and_claims_no_licence_it_does_not_know(run, tmp_path):
    card = DatasetCard.load(export_lessons(run, tmp_path/"out")/"README.md")
    assert card.data.license == "unknown" and card.data.task_categories == ["text-generation"] and card.data.size_categories == ["n<1K"]
    assert [(c["config_name"], c.get("default")) for c in card.data.to_dict()["configs"]] == [("prompt_completion", True), ("messages", None)]
    for said in ("some/teacher", "elsewhere", "seed 3", "18 rows", "in 2 stages", "| 3 | 2 | 2 | c | 7 | 10 | 70.0% | 100 |", "**Unknown.**"): assert said in card.text, said
    assert DatasetCard(describe(run, lesson_rows(run), license="mit")).data.license == "mit"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text(st.characters(codec="ascii", exclude_characters="<"), max_size=12)), min_size=1, max_size=5), st.booleans())
def test_the_marked_template_says_what_the_classrooms_does(messages, asked):
    tokenizer = load_lm("classroom/student").tokenizer
    chat = [dict(role=r, content=c) for r, c in messages]
    said = [tokenizer.apply_chat_template(chat, chat_template=t, tokenize=False, add_generation_prompt=asked) for t in (CHAT_TEMPLATE, MARKED_TEMPLATE)]
    assert said[0] == said[1]


# -- bad input -----------------------------------------------------------------------------------------------------

def changed(run, folder, path, value): # a copy of the run with one file replaced
    shutil.copytree(run, folder)
    save_json(folder/path, value) if value is not None else (folder/path).unlink()
    return folder


def test_bad_input_is_one_line_and_leaves_nothing(run, tmp_path, capsys):
    config, lessons = json.loads((run/"config.json").read_text()), json.loads((run/"round-001"/"lessons.json").read_text())
    without = {k: v for k, v in config.items() if k != "recipe"}
    alien = dict(lessons, examples=[{**lessons["examples"][0], "mood": "good"}])
    empty = tmp_path/"empty"; save_json(empty/"config.json", config)
    seeds = tmp_path/"seeds"; shutil.copytree(run, seeds/"seed-0")
    full = tmp_path/"full"; save_json(full/"something.json", 1)
    for folder, out, said in ((tmp_path/"nowhere", tmp_path/"o", "is no run folder: config.json is missing; make a run with ioa_run"), (seeds, tmp_path/"o", f"it holds several runs, name one: {seeds/'seed-0'}"),
                              (changed(run, tmp_path/"old", "config.json", without), tmp_path/"o", "is a run of another version: its config.json has no 'recipe'"),
                              (changed(run, tmp_path/"new", "round-001/lessons.json", alien), tmp_path/"o", "is a run of another version: a lesson of it is no Example"),
                              (changed(run, tmp_path/"torn", "round-002/stage.json", None), tmp_path/"o", "missing file"),
                              (empty, tmp_path/"o", "holds no lessons yet: no round is finished"), (run, full, "is not empty; choose another --out"), (run, full/"something.json", "is not empty; choose another --out")):
        with pytest.raises(SystemExit) as left: handover.main([str(folder), "--out", str(out)])
        told = capsys.readouterr().err
        assert left.value.code == 2 and told.startswith("ioa_export: ") and said in told and told.count("\n") == 1, told
        assert not (tmp_path/"o").exists()
    assert sorted(p.name for p in full.iterdir()) == ["something.json"]


def test_the_help_teaches_and_the_command_says_what_it_left(run, tmp_path, capsys):
    with pytest.raises(SystemExit): handover.main(["--help"])
    told = capsys.readouterr().out
    for said in ("RUN", "keep_order", "packing=False", "assistant_only_loss=True", "examples:", "load_dataset"): assert said in told
    handover.main([str(run), "--out", str(tmp_path/"out"), "--form", "messages", "--rehearsal"])
    told = capsys.readouterr().out
    assert "stage  1:" in told and "README.md" in told and "load_dataset" in told and not (tmp_path/"out"/"prompt_completion").exists()


def test_a_real_run_is_exported_while_it_is_unfinished(tmp_path, capsys):
    ioa_run(["--recipe", "ioa", "--rounds", "1", "--teacher-tokens", "600", "--trained-tokens", "600", "--gate-probes", "2", "--test-probes", "2", "--out", str(tmp_path/"run")])
    (tmp_path/"run"/"summary.json").unlink()
    handover.main([str(tmp_path/"run"), "--out", str(tmp_path/"out")])
    assert DatasetCard.load(tmp_path/"out"/"README.md").data.license == "apache-2.0"
