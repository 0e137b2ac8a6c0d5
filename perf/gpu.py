"""The same work on a GPU and on the CPU, in float32: what differs, and what it takes.

`python perf/gpu.py [--model classroom/student | smollm2]` prints JSON: answers drawn greedily and at 0.7, two rounds of
training (the optimizer goes through a file between them) on labels, and on labels, logits and hidden states (the fused
loss). Without a GPU both sides are the CPU, and every difference is 0. Run by hand.
"""
import argparse
import json
import tempfile
import time

import torch

from ioa_nb.core import derive_seed, load_domain
from ioa_nb.models import Request, Sampling, device_name, load_lm, pick_device
from ioa_nb.study_real import halve
from ioa_nb.training import encode_example, fit, load_optimizer, new_optimizer, save_optimizer

LOSSES = dict(labels={}, labels_logits_hidden=dict(label_weight=0.5, logit_weight=0.5, hidden_weight=0.1))


def answers(models, domain, temperature):
    items = [i for m in domain.modules for i in domain.probes(m, 1, "gate", 0)]
    asked, said, seconds = [Request(tuple(domain.messages(i)), key=i.key) for i in items], [], []
    for lm in models:
        began = time.perf_counter()
        said.append([a for a, in lm.generate(asked, Sampling(48, temperature, seed=1))]); seconds.append(round(time.perf_counter() - began, 2))
    alike = [(a, b) for a, b in zip(*said) if a.token_ids == b.token_ids]
    return dict(same=len(alike), of=len(asked), logprob_difference=max((abs(x - y) for a, b in alike for x, y in zip(a.logprobs, b.logprobs)), default=None), seconds=seconds)


def train(model, device, domain, losses):
    teacher = load_lm(model, device, "float32")
    student = halve(teacher)
    items = [i for m in domain.modules for i in domain.sample(m, 1, derive_seed("gpu", m))][:16]
    rows = [encode_example(student.tokenizer, tuple(domain.messages(i)), domain.solve(i)) for i in items]
    optimizer, said, began = new_optimizer(student.model, 1e-4, 0.0, "adamw"), [], time.perf_counter()
    for part in (rows[:8], rows[8:]):
        said += fit(student.model, student.tokenizer, part, optimizer, 8, (1e-4, 1e-5), teacher=teacher.model if losses else None, losses=losses or None).losses
        with tempfile.TemporaryDirectory() as folder: save_optimizer(optimizer, f"{folder}/o.safetensors"); load_optimizer(optimizer, f"{folder}/o.safetensors")
    return said, {k: v.cpu() for k, v in student.model.state_dict().items()}, round(time.perf_counter() - began, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="smollm2", help="whose weights; a Llama (default: %(default)s)")
    a = parser.parse_args()
    domain, device = load_domain("classroom" if a.model.startswith("classroom/") else "classroom/chat"), pick_device()
    models = [load_lm(a.model, d, "float32") for d in ("cpu", device)]
    found = dict(device=device_name(device), torch=torch.__version__, model=a.model, tf32=torch.backends.cuda.matmul.allow_tf32)
    for temperature in (0.0, 0.7): found[f"answers at {temperature}"] = answers(models, domain, temperature)
    for name, losses in LOSSES.items():
        (here, mine, one), (there, theirs, other) = (train(a.model, d, domain, losses) for d in ("cpu", device))
        weights = max((mine[k] - theirs[k]).norm().item() / mine[k].norm().item() for k in mine if mine[k].is_floating_point())
        found[name] = dict(cpu=here, device=there, loss_difference=max(abs(x - y) / abs(x) for x, y in zip(here, there)), weight_difference=weights, seconds=[one, other])
    print(json.dumps(found, indent=1))


if __name__ == "__main__": main()
