"The trainer: the same numbers however the work is cut up, and each mistake that silently spoils a distillation"
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAError
from ioa_nb.models import build_tokenizer, new_model
from ioa_nb.training import IGNORE, DistillArguments, DistillTrainer, add_lora, collate, encode_example, fit, health, new_optimizer, shared_tokens

EVERYTHING = dict(label_weight=1.0, logit_weight=0.5, divergence="jsd", hidden_weight=0.1, relation_weight=0.1, relation_heads=2, adversarial_weight=0.1)


@pytest.fixture(scope="module")
def room(): return Classroom()


@pytest.fixture(scope="module")
def tokenizer(room):
    items = [i for m in room.modules for i in room.sample(m, 12, seed=0)]
    return build_tokenizer([i.question for i in items] + [room.solve(i, "scaffolded") for i in items])


@pytest.fixture(scope="module")
def rows(room, tokenizer):
    items = [i for m in ("times_tables", "add_carry") for i in room.sample(m, 24, seed=1)]
    return [encode_example(tokenizer, room.messages(i), room.solve(i, "scaffolded"), room.messages(i, "scaffolded")) for i in items]


@pytest.fixture(scope="module")
def same_prompt(rows): return [{k: r[k] for k in ("input_ids", "labels")} for r in rows]


def student(tokenizer): return new_model("student", tokenizer, seed=0)
def teacher(tokenizer): return new_model("teacher", tokenizer, seed=1)
def flat(model): return torch.cat([p.detach().flatten() for p in model.parameters()])


def trainer(tokenizer, rows, folder, model=None, optimizer=None, with_teacher=True, **settings):
    arguments = DistillArguments(**{**dict(output_dir=str(folder), per_device_train_batch_size=4, num_train_epochs=1, report_to=[], disable_tqdm=True, remove_unused_columns=False,
                                           use_cpu=True, learning_rate=1e-3, save_strategy="no", logging_strategy="no"), **settings})
    model = model or student(tokenizer)
    return DistillTrainer(model=model, args=arguments, train_dataset=list(rows), teacher=teacher(tokenizer) if with_teacher is True else with_teacher or None,
                          processing_class=tokenizer, data_collator=lambda batch: collate(batch, tokenizer.pad_token_id), optimizers=(optimizer, None))


def test_micro_batches_add_up_to_the_whole_batch_with_every_term(tokenizer, same_prompt):
    def trained(accumulate):
        model = student(tokenizer)
        t = trainer(tokenizer, same_prompt[:32], "unused", model, torch.optim.SGD(model.parameters(), lr=1.0), per_device_train_batch_size=16 // accumulate, gradient_accumulation_steps=accumulate, **EVERYTHING)
        t._project(*[[h.detach() for h in m(**first, output_hidden_states=True).hidden_states] for m in (t.model, t.teacher)], labels)   # from the same rows both times
        t.train()
        return flat(model)
    first = collate(same_prompt[:16], tokenizer.pad_token_id); labels = first.pop("labels")
    assert (trained(1) - trained(4)).abs().max() < 2e-5


@pytest.mark.parametrize("settings", [dict(), dict(logit_weight=1.0), dict(logit_weight=0.5, hidden_weight=0.5, projection="learned", on_policy_fraction=0.5, on_policy_tokens=6)],
                         ids=["labels", "logits", "learned projection and on-policy"])
def test_a_resumed_run_ends_bit_for_bit_where_the_uninterrupted_one_does(tokenizer, rows, tmp_path, settings):
    def run(folder, resume=None, steps=-1, optimizer=True):
        model = student(tokenizer)
        t = trainer(tokenizer, rows, folder, model, new_optimizer(model, 1e-3, 0.9) if optimizer else None, lr_scheduler_type="constant", save_strategy="steps", save_steps=5, **settings)
        if steps > 0:
            from transformers import TrainerCallback
            class Stop(TrainerCallback):
                def on_step_end(self, args, state, control, **_): control.should_training_stop = state.global_step >= steps
            t.add_callback(Stop())
        t.train(resume_from_checkpoint=resume)
        return flat(model)
    whole = run(tmp_path/"whole")
    run(tmp_path/"cut", steps=6)
    assert (tmp_path/"cut"/"checkpoint-5").exists()
    assert torch.equal(whole, run(tmp_path/"cut", resume=str(tmp_path/"cut"/"checkpoint-5")))


SCRIPT = """
import json, sys
import torch
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[2])))
import test_training as t
from ioa_nb.classroom import Classroom
torch.set_num_threads(1)
room = Classroom()
items = [i for m in room.modules for i in room.sample(m, 12, seed=0)]
tokenizer = t.build_tokenizer([i.question for i in items] + [room.solve(i, "scaffolded") for i in items])
items = [i for m in ("times_tables", "add_carry") for i in room.sample(m, 24, seed=1)]
rows = [t.encode_example(tokenizer, room.messages(i), room.solve(i, "scaffolded"), room.messages(i, "scaffolded")) for i in items]
model = t.student(tokenizer)
trainer = t.trainer(tokenizer, rows, sys.argv[1], model, torch.optim.AdamW(model.parameters(), lr=1e-3), per_device_train_batch_size=int(sys.argv[3]), lr_scheduler_type="constant",
                    ddp_backend="gloo" if int(sys.argv[4]) > 1 else None, logit_weight=0.5, divergence="jsd")
trainer.train()
total = torch.tensor(trainer.losses)
if trainer.accelerator.num_processes > 1: total = trainer.accelerator.reduce(total, "sum")
if trainer.accelerator.is_main_process:
    torch.save(t.flat(model), sys.argv[1] + "/flat.pt"); json.dump(dict(losses=total.tolist(), processes=trainer.accelerator.num_processes), open(sys.argv[1] + "/losses.json", "w"))
trainer.accelerator.wait_for_everyone(); trainer.accelerator.end_training()     # a process that leaves while another still writes is aborted now and then
"""


def free_port():
    with socket.socket() as s: s.bind(("127.0.0.1", 0)); return str(s.getsockname()[1])


def test_two_processes_learn_what_one_learns_from_the_doubled_batch(tmp_path):
    found = {}
    for processes, batch in ((1, 8), (2, 4)):
        folder = tmp_path/str(processes); folder.mkdir(); (folder/"script.py").write_text(SCRIPT)
        launch = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_addr", "127.0.0.1", "--master_port", free_port()] if processes == 2 else [sys.executable]
        done = subprocess.run([*launch, str(folder/"script.py"), str(folder), str(Path(__file__).parent), str(batch), str(processes)], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "OMP_NUM_THREADS": "1"})
        assert done.returncode == 0, done.stderr[:6000]
        found[processes] = json.loads((folder/"losses.json").read_text()), torch.load(folder/"flat.pt", weights_only=True)
    (one, weights), (two, others) = found[1], found[2]
    assert two["processes"] == 2 and len(one["losses"]) == len(two["losses"]) == 6
    assert one["losses"] == pytest.approx(two["losses"], rel=1e-4)
    assert (weights - others).abs().max() < 5e-5


def test_teacher_rows_are_laid_over_the_students_answer_by_answer(tokenizer, rows, same_prompt, tmp_path):
    # the teacher reads a prompt of its own, some tokens longer; by hand: each answer alone, cut out of either sequence
    t = trainer(tokenizer, rows[:4], tmp_path, label_weight=0.0, logit_weight=1.0)
    batch = collate(rows[:4], tokenizer.pad_token_id)
    assert batch["input_ids"].shape[1] != batch["teacher_input_ids"].shape[1]
    t.model.train()
    loss = t.compute_loss(t.model, dict(batch))
    by_hand, count = 0.0, 0
    for r in rows[:4]:
        with torch.no_grad(): q, p = (m(input_ids=torch.tensor([r[k]])).logits[0] for m, k in ((t.model, "input_ids"), (t.teacher, "teacher_input_ids")))
        for i, j in zip([i for i, x in enumerate(r["labels"]) if x != IGNORE], [j for j, x in enumerate(r["teacher_labels"]) if x != IGNORE]):
            log_p, log_q = p[j - 1].double().log_softmax(-1), q[i - 1].double().log_softmax(-1)
            by_hand += (log_p.exp() * (log_p - log_q)).sum().item(); count += 1
    assert loss.item() == pytest.approx(by_hand / count, rel=1e-4)


def test_labels_are_shifted_and_the_prompt_costs_nothing(tokenizer, same_prompt, tmp_path):
    t = trainer(tokenizer, same_prompt[:4], tmp_path, with_teacher=False)
    batch = collate(same_prompt[:4], tokenizer.pad_token_id)
    loss = t.compute_loss(t.model, dict(batch)).item()
    total, count = 0.0, 0
    for r in same_prompt[:4]:
        with torch.no_grad(): log_q = t.model(input_ids=torch.tensor([r["input_ids"]])).logits[0].double().log_softmax(-1)
        for i, label in enumerate(r["labels"]):
            if label != IGNORE: total -= log_q[i - 1, label].item(); count += 1
    assert loss == pytest.approx(total / count, rel=1e-5)


def test_lean_and_dense_give_the_same_step(tokenizer, rows, tmp_path):
    def gradient(lean):
        t = trainer(tokenizer, rows[:4], tmp_path, logit_weight=0.7, divergence="skew_kl", temperature=2.0)
        t.lean = lean
        t.model.train(); loss = t.compute_loss(t.model, dict(collate(rows[:4], tokenizer.pad_token_id))); loss.backward()
        return loss.item(), torch.cat([p.grad.flatten() for p in t.model.parameters()])
    (a, dense), (b, fused) = gradient(False), gradient(True)
    assert a == pytest.approx(b, rel=1e-5) and (dense - fused).norm() < 1e-4 * dense.norm()


class SoftCapped(LlamaForCausalLM):
    def forward(self, *args, logits_to_keep=0, **kwargs):
        out = super().forward(*args, logits_to_keep=logits_to_keep, **kwargs)
        out.logits = 0.5 * torch.tanh(out.logits * 10)
        return out


def test_a_teacher_with_capped_logits_falls_back_to_the_dense_loss(tokenizer, rows, tmp_path):
    torch.manual_seed(0)
    capped = SoftCapped(LlamaConfig(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2))
    t = trainer(tokenizer, rows[:4], tmp_path, with_teacher=capped, logit_weight=1.0)
    t.model.train(); t.compute_loss(t.model, dict(collate(rows[:4], tokenizer.pad_token_id)))
    assert t.lean is False


def test_capped_logits_are_noticed_where_student_and_teacher_agree(tokenizer, same_prompt):
    capped = lambda: SoftCapped(LlamaConfig(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2))
    one, two = capped(), capped()
    one.load_state_dict(two.state_dict())
    learn = lambda model, **more: fit(model, tokenizer, same_prompt[:4], new_optimizer(model, 1e-9, kind="adamw"), 4, (1e-9, 1e-9), **more).terms
    alone = learn(one)["label"]
    assert learn(one, teacher=two, losses=dict(label_weight=0.5, logit_weight=0.5)) == pytest.approx(dict(label=alone, logit=0.0), abs=1e-4)


@pytest.mark.parametrize("bf16", (False, True))
def test_a_plain_head_is_trusted(tokenizer, rows, tmp_path, bf16):
    t = trainer(tokenizer, rows[:4], tmp_path, logit_weight=1.0, bf16=bf16)
    t.train()
    assert t.lean is True


@pytest.mark.parametrize("tied", (True, False))
def test_embeddings_and_heads_are_told_by_what_they_are(tied):
    model = GPT2LMHeadModel(GPT2Config(vocab_size=50, n_embd=16, n_layer=1, n_head=2, n_positions=32, tie_word_embeddings=tied))
    names = {id(p): n for n, p in model.named_parameters()}
    matrices, others = [[names[id(p)] for p in part.param_groups[0]["params"]] for part in new_optimizer(model, 1e-3).parts]
    assert matrices == [f"transformer.h.0.{n}.weight" for n in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")]
    assert {"transformer.wte.weight", "transformer.wpe.weight"} <= set(others) and ("lm_head.weight" in others) == (not tied)


def test_a_schedule_goes_on_in_the_next_round():
    "Two rounds of a run: the first spends a quarter of it"
    def weight(span, step): return DistillTrainer.weights(SimpleNamespace(span=span, state=SimpleNamespace(global_step=step, max_steps=10), args=DistillArguments("unused", use_cpu=True, schedules={"label": "rise"}))).get("label", 0.0)
    assert [weight((0.0, 0.25), s) for s in (0, 10)] + [weight((0.25, 1.0), s) for s in (0, 10)] == [0.0, 0.25, 0.25, 1.0]


@pytest.mark.parametrize("kind", ("muon", "adamw"))
@pytest.mark.parametrize("losses", (dict(label_weight=0.0, logit_weight=1.0, schedules={"logit": "rise"}),
                                    dict(label_weight=0.5, logit_weight=0.5, schedules={"logit": "rise"}, on_policy_fraction=1.0, on_policy_tokens=6),
                                    dict(label_weight=1.0, schedules={"label": "rise"})), ids=("logits rise", "on-policy", "labels rise"))
def test_a_run_may_begin_with_no_term_at_all(tokenizer, rows, kind, losses):
    def run(some):
        model = student(tokenizer)
        return fit(model, tokenizer, some, new_optimizer(model, 1e-3, kind=kind), 4, (1e-3, 1e-3), teacher=teacher(tokenizer), losses=losses).losses, flat(model)
    (one, same), (two, taught) = run(rows[:4]), run(rows[:8])
    assert one == (0.0,) and torch.equal(same, flat(student(tokenizer)))
    assert two[0] == 0.0 and two[1] > 0 and not torch.equal(taught, same) and torch.isfinite(taught).all()


@pytest.mark.parametrize("weights", (dict(logit_weight=1.0), *(dict(adversarial_weight=1.0, adversarial_method=m) for m in ("fgsm", "pgd", "vat"))), ids=("logits", "fgsm", "pgd", "vat"))
def test_vocabularies_that_differ_by_padding_alone_are_one(tokenizer, rows, tmp_path, weights):
    model = student(tokenizer)
    wide = teacher(tokenizer); wide.resize_token_embeddings(len(tokenizer) + 40, mean_resizing=False)
    losses = {}
    for name, big in (("same", teacher(tokenizer)), ("padded", wide)):
        arguments = DistillArguments(str(tmp_path), use_cpu=True, remove_unused_columns=False, report_to=[], label_weight=0.0, **weights)
        t = DistillTrainer(model=model, args=arguments, train_dataset=rows[:4], teacher=big, processing_class=tokenizer, teacher_tokenizer=tokenizer, data_collator=lambda b: collate(b, tokenizer.pad_token_id))
        model.train(); losses[name] = t.compute_loss(model, dict(collate(rows[:4], tokenizer.pad_token_id))).item()
    assert losses["same"] == pytest.approx(losses["padded"], rel=1e-5)


def test_tokenizers_that_differ_are_refused_with_the_remedy(tokenizer, rows, tmp_path):
    other = build_tokenizer(["an altogether different text about the sea and its ships"], min_count=1)
    arguments = DistillArguments(str(tmp_path), use_cpu=True, report_to=[], logit_weight=1.0)
    with pytest.raises(IOAError, match="universal"):
        DistillTrainer(model=student(tokenizer), args=arguments, train_dataset=rows[:4], teacher=new_model("student", other, seed=1), processing_class=tokenizer, teacher_tokenizer=other)
    with pytest.raises(IOAError, match="teacher_tokenizer="):
        DistillTrainer(model=student(tokenizer), args=arguments, train_dataset=rows[:4], teacher=new_model("student", other, seed=1))


def test_a_term_that_is_irrelevant_is_noticed():
    torch.manual_seed(0)
    logits, targets = torch.randn(32, 50), torch.randint(0, 50, (32,))
    assert any("the logit term is irrelevant" in line for line in health(logits, logits + 0.01 * torch.randn(32, 50), targets, 1.0, 0.01)["warnings"])
    assert any("the label term is irrelevant" in line for line in health(logits, torch.randn(32, 50), targets, 1e-4, 1.0)["warnings"])


def test_a_collapsing_student_and_slipped_rows_are_noticed():
    torch.manual_seed(0)
    targets = torch.randint(0, 50, (64,))
    knows = torch.randn(64, 50).scatter_(1, targets[:, None], 9.0)
    assert health(torch.randn(64, 50), knows, targets)["warnings"] == []
    assert any("slip" in line for line in health(torch.randn(64, 50), knows.roll(1, 0), targets)["warnings"])
    assert any("collapses" in line for line in health(torch.full((64, 50), -30.0).index_fill_(1, torch.tensor([3]), 30.0), knows, targets)["warnings"])


def test_what_the_student_writes_is_the_same_again_and_counted(tokenizer, rows):
    def run():
        model = student(tokenizer)
        done = fit(model, tokenizer, rows[:16], new_optimizer(model, 1e-3), 4, (1e-3, 1e-3), teacher=teacher(tokenizer), losses=dict(logit_weight=1.0, on_policy_fraction=0.5, on_policy_tokens=6))
        return done, flat(model)
    (one, a), (two, b) = run(), run()
    assert one.written == two.written > 0 and torch.equal(a, b)


@pytest.mark.parametrize("settings, says", [
    (dict(logit_weight=1.0, temperature=0.0), "temperature is 0"), (dict(logit_weight=1.0, divergence="alchemy"), "unknown divergence 'alchemy'"),
    (dict(hidden_weight=1.0, hidden_layers="last-9"), "last-9"), (dict(beta=1.5), "beta is 1.5")])
def test_bad_settings_are_one_line(tokenizer, rows, settings, says):
    model = student(tokenizer)
    with pytest.raises(IOAError, match=says):
        fit(model, tokenizer, rows[:4], new_optimizer(model, 1e-3), 4, teacher=teacher(tokenizer), losses=settings)


def test_a_store_that_keeps_everything_teaches_what_the_teacher_does(tokenizer, same_prompt, tmp_path):
    from ioa_nb.losses_sparse import read_logits, write_logits
    write_logits(tmp_path/"store", teacher(tokenizer), same_prompt[:8], k=len(tokenizer))
    kept = [dict(r) for r in read_logits(tmp_path/"store", same_prompt[:8], temperature=1.0, cache_dir=str(tmp_path/"cache"))]
    def gradient(rows, with_teacher):
        t = trainer(tokenizer, rows, tmp_path, with_teacher=with_teacher, label_weight=0.3, logit_weight=0.7)
        t.model.train(); loss = t.compute_loss(t.model, dict(collate(rows, tokenizer.pad_token_id))); loss.backward()
        return loss.item(), torch.cat([p.grad.flatten() for p in t.model.parameters()])
    (a, white), (b, stored) = gradient(same_prompt[:8], True), gradient(kept, False)
    assert a == pytest.approx(b, rel=1e-4) and (white - stored).norm() < 1e-3 * white.norm()


@pytest.mark.parametrize("arguments, tolerance", [(dict(activation_checkpointing=True), 1e-6), (dict(bf16=True), 0.05)], ids=["gradient checkpointing", "bf16"])
def test_what_saves_memory_changes_little(tokenizer, same_prompt, arguments, tolerance):
    def losses(**arguments):
        model = student(tokenizer)
        return fit(model, tokenizer, same_prompt[:16], new_optimizer(model, 1e-3), 4, (1e-3, 1e-3), teacher=teacher(tokenizer), losses=dict(label_weight=0.5, logit_weight=0.5), **arguments).losses
    assert losses(**arguments) == pytest.approx(losses(), rel=tolerance)


@pytest.mark.parametrize("kind", ["whole", "lora", "accumulated", "one row left"])
def test_a_prompt_read_once_gives_the_same_weights(kind, room, tokenizer):
    items = [i for m in ("times_tables", "two_step_story") for i in room.sample(m, 16, seed=1)]
    rows = [encode_example(tokenizer, room.messages(i, "scaffolded template"), room.solve(i)) for i in items][:25 if kind == "one row left" else 32]
    read = []
    class Counting(DistillTrainer):
        def reads_once(self, *batch): read.append(super().reads_once(*batch)); return read[-1]
    def trained(shared_prompt):
        model, several = student(tokenizer), 2 if kind == "accumulated" else 1
        if kind == "lora":
            torch.manual_seed(0); model = add_lora(model, rank=4, dropout=0.0)
        arguments = DistillArguments(output_dir="unused", per_device_train_batch_size=8 // several, gradient_accumulation_steps=several, num_train_epochs=1, report_to=[], disable_tqdm=True,
                                     remove_unused_columns=False, use_cpu=True, save_strategy="no", logging_strategy="no", lr_scheduler_type="constant", shared_prompt=shared_prompt)
        parameters = [p for p in model.parameters() if p.requires_grad]
        Counting(model=model, args=arguments, train_dataset=rows, processing_class=tokenizer, data_collator=lambda b: collate(b, tokenizer.pad_token_id), optimizers=(torch.optim.SGD(parameters, lr=1.0), None)).train()
        return torch.cat([p.detach().flatten() for p in parameters])
    once, seen = trained(1), list(read)
    read.clear(); apart = trained(0)
    assert sum(map(bool, seen)) >= 3 and not any(read) and (kind != "one row left" or seen[-1] == 0)
    assert torch.allclose(once, apart, atol=2e-5), (once - apart).abs().max()


def test_a_prompt_is_not_read_once_where_a_layer_keeps_a_running_state(tokenizer, same_prompt):
    from transformers import AutoConfig, AutoModelForCausalLM
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model("lfm2", hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
                                                                  layer_types=["conv", "full_attention"], vocab_size=len(tokenizer), pad_token_id=0))
    assert len(fit(model, tokenizer, same_prompt[:8], new_optimizer(model, 1e-3), 4, (1e-3, 1e-3), shared_prompt=1).losses) == 2


def test_rows_that_cannot_be_shared_out_name_the_size_that_can_be_changed(tokenizer, same_prompt, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "4")
    with pytest.raises(IOAError, match="batch_size is 128; 64 micro-batches, each shared by 4 processes, need a multiple of 256: raise micro_batch"): fit(student(tokenizer), tokenizer, same_prompt, None, 128, accumulate=64)


def test_what_is_shared_ends_before_the_token_that_predicts_the_first_label(tokenizer):
    batch = lambda *rows: collate([dict(input_ids=i, labels=l) for i, l in rows], 0)
    ids = [5, 6, 7, 8, 9]
    assert shared_tokens(batch((ids, [IGNORE] * 3 + [8, 9]), (ids, [IGNORE] * 3 + [8, 9]))) == 2
    assert shared_tokens(batch((ids, [IGNORE] * 3 + [8, 9]), (ids, [IGNORE] * 1 + ids[1:]))) == 0
    assert shared_tokens(batch(([5, 6, 1, 2, 3], [IGNORE] * 4 + [3]), ([5, 6, 4, 2, 3], [IGNORE] * 4 + [3]))) == 2
    assert shared_tokens(batch(([4, 6], [IGNORE, 6]), (ids, [IGNORE] * 4 + [9]))) == 0


def test_rows_of_a_store_remember_its_temperature(tokenizer, same_prompt, tmp_path):
    from ioa_nb.losses_sparse import label_rows, read_logits, stored_rows, write_logits
    few = same_prompt[:4]
    write_logits(tmp_path/"store", teacher(tokenizer), few, k=8, temperature=2.0)
    named = stored_rows(tmp_path/"store")
    read = read_logits(tmp_path/"store", few, cache_dir=str(tmp_path/"cache"))
    mixed = [few[0] | label_rows(few[0], 8), *[dict(r) for r in read][1:]]
    for rows in (read, mixed, [r | named[k] for r, k in zip(few, read["hash"])]):
        with pytest.raises(IOAError, match="written at temperature 2.0 and the loss reads it at 1.0"): trainer(tokenizer, rows, tmp_path, with_teacher=False, logit_weight=1.0)
        trainer(tokenizer, rows, tmp_path, with_teacher=False, logit_weight=1.0, temperature=2.0)
        trainer(tokenizer, rows, tmp_path, with_teacher=False)                 # labels alone
