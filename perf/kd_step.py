"""One distillation step, loss and gradients, measured against its peers: time and memory.

First step, once, from the root of a checkout: an environment of its own for TRL, which this package does not depend on.

    python -m venv .venv-trl
    .venv-trl/bin/pip install -c constraints.txt trl==1.16.0 -e .

Then, on a Linux machine that does nothing else (hours for everything, two minutes with --quick):

    .venv-trl/bin/python perf/kd_step.py --record kd_step.jsonl

A step computes the Jensen-Shannon divergence (beta 1/2, temperature 1) of student and teacher over the unmasked tokens and its
gradients on the student's hidden states and head, in float32. The forms:

    ours         ioa_nb.losses.fused_logit_loss
    trl_dense    GKDTrainer.generalized_jsd_loss of trl.experimental.gkd, on logits computed inside the step
    trl_chunked  _chunked_divergence_loss of trl.trainer.distillation_trainer
    naive_kl     a forward KL as many write it: log_softmax, softmax, kl_div, mask
    floor        only the four matrix products of the unmasked rows that any form needs

Every measurement has a process of its own, after a tiny warm-up; the order of the forms rotates from round to round; figures are
medians. On one thread a measurement during which the machine did something else is repeated. Memory is the peak of resident memory during the step, above what was resident when the inputs were there.
"""
import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HEAD = 576                                   # width of the hidden states, of both models
FORMS = ("ours", "trl_dense", "trl_chunked", "naive_kl", "floor")
TENSORS = dict(trl_dense=16, naive_kl=8)     # logits-sized tensors that a form holds at its peak, to foresee what it needs
LIMIT = 12e9                                 # bytes; what would need more is skipped
DISTURBED = 1.1                              # on one thread, a clock so far ahead of the processor means that something else ran: measured again
MB = 2**20


# -- one measurement, in a process of its own ------------------------------------------------------------------------

def inputs(vocabulary, tokens, masked, seed=0): # hidden states [1,tokens+1,H] and heads [V,H] of student and teacher, labels
    import torch
    generator = torch.Generator().manual_seed(seed)
    student, teacher = (torch.randn(1, tokens + 1, HEAD, generator=generator) for _ in range(2))
    student_head, teacher_head = (torch.randn(vocabulary, HEAD, generator=generator).mul_(0.05) for _ in range(2))
    labels = torch.randint(0, vocabulary, (1, tokens + 1), generator=generator)
    labels[0, 1 + torch.randperm(tokens, generator=generator)[:round(tokens * masked / 100)]] = -100
    labels[0, 0] = -100
    return student.requires_grad_(), student_head.requires_grad_(), teacher, teacher_head, labels


def ours():
    from ioa_nb.losses import fused_logit_loss
    return lambda *parts: fused_logit_loss(*parts, divergence="jsd", beta=0.5)


def trl_dense():
    import torch
    from trl.experimental.gkd import GKDTrainer
    def step(student, student_head, teacher, teacher_head, labels):
        logits = student @ student_head.t()
        with torch.no_grad(): teacher_logits = teacher @ teacher_head.t()
        return GKDTrainer.generalized_jsd_loss(logits[:, :-1], teacher_logits[:, :-1], labels[:, 1:], beta=0.5)
    return step


def trl_chunked():
    from trl.trainer.distillation_trainer import _chunked_divergence_loss
    return lambda student, student_head, teacher, teacher_head, labels: _chunked_divergence_loss(
        student[:, :-1], teacher[:, :-1], student_head, teacher_head, labels[:, 1:] != -100, beta=0.5)[0]


def naive_kl():
    import torch
    import torch.nn.functional as F
    def step(student, student_head, teacher, teacher_head, labels):
        logits, keep = (student @ student_head.t())[:, :-1], labels[:, 1:] != -100
        with torch.no_grad(): teacher_logits = (teacher @ teacher_head.t())[:, :-1]
        return F.kl_div(logits.log_softmax(-1), teacher_logits.softmax(-1), reduction="none").sum(-1)[keep].mean()
    return step


def floor():
    import torch
    def step(student, student_head, teacher, teacher_head, labels):
        with torch.no_grad():
            keep = labels[0, 1:] != -100
            h, h_teacher = student[0, :-1][keep], teacher[0, :-1][keep]
            logits, teacher_logits = h @ student_head.t(), h_teacher @ teacher_head.t()
            products = teacher_logits, logits @ student_head, logits.t() @ h
            return products[0][0, 0]
    return step


def status(key): # bytes, from the kernel's account of this process
    return next(int(line.split()[1]) * 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key + ":"))


def measure(form, vocabulary, tokens, masked, threads): # seconds, bytes, loss, norms of the two gradients
    import torch
    torch.set_num_threads(threads)
    step = {f.__name__: f for f in (ours, trl_dense, trl_chunked, naive_kl, floor)}[form]()
    def run(parts):
        loss = step(*parts)
        if loss.requires_grad: loss.backward()
        return loss.item()
    run(inputs(512, 16, masked))                                        # libraries are loaded, threads are there
    parts = inputs(vocabulary, tokens, masked)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")                       # the kernel forgets the peak so far
    before, started, worked = status("VmRSS"), time.perf_counter(), time.process_time()
    loss = run(parts)
    seconds, worked, peak = time.perf_counter() - started, time.process_time() - worked, status("VmHWM")
    return dict(seconds=seconds, cpu_seconds=worked, bytes=peak - before, loss=loss, gradients=[p.grad.norm().item() for p in parts[:2] if p.grad is not None])


# -- many, and what they say -----------------------------------------------------------------------------------------

def plan(options): # (form, vocabulary, tokens, masked, round), or a line that says why a form is left out
    for vocabulary in options.vocabulary:
        for number in range(options.rounds or (10 if vocabulary == 49152 else 3)):
            for tokens in options.tokens:
                for masked in options.masked:
                    for form in options.forms[number % len(options.forms):] + options.forms[:number % len(options.forms)]:
                        needed = TENSORS.get(form, 0) * 4 * vocabulary * tokens
                        yield (form, vocabulary, tokens, masked, number), f"{form} left out: it would need about {needed / 1e9:.0f} GB" if needed > LIMIT else None


def run_all(options)->list[dict]:
    record, done = Path(options.record) if options.record else None, []
    if record and record.exists(): done = [d for line in record.read_text().splitlines() if (d := json.loads(line))["threads"] == options.threads]
    had, said = {tuple(d["what"]) for d in done}, set()
    for what, why in plan(options):
        if why:
            if what[:4] not in said: said.add(what[:4]); print(f"V {what[1]}, {what[2]} tokens: {why}", file=sys.stderr)
            continue
        if what in had: continue
        command = [sys.executable, __file__, "--one", json.dumps(what[:4]), "--threads", str(options.threads)]
        for attempt in range(5):
            result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": str(options.threads), "HF_HUB_OFFLINE": "1"})
            if result.returncode: raise SystemExit(f"{what} failed:\n{result.stderr}")
            found = json.loads(result.stdout.splitlines()[-1])
            if options.threads > 1 or found["seconds"] <= DISTURBED * found["cpu_seconds"]: break
            print(f"measured again: {found['seconds']:.2f} s on the clock, of which the processor worked {found['cpu_seconds']:.2f} s for it", file=sys.stderr)
        done.append(dict(what=what, threads=options.threads, **found))
        print(f"round {what[4]}, V {what[1]}, {what[2]} tokens, {what[3]} % masked, {what[0]}: {done[-1]['seconds']:.2f} s, {done[-1]['bytes'] / MB:.0f} MB", file=sys.stderr)
        if record:
            with record.open("a") as file: file.write(json.dumps(done[-1]) + "\n")
    return summarize(done)


def summarize(done)->list[dict]: # medians, a row a form; refuses forms of one divergence that disagree
    cells = {}
    for d in done: cells.setdefault(tuple(d["what"][:4]), []).append(d)
    for (form, *case), found in cells.items():
        if form in ("trl_dense", "trl_chunked") and ("ours", *case) in cells:
            mine, theirs = cells[("ours", *case)][0], found[0]
            for a, b in zip([mine["loss"], *mine["gradients"]], [theirs["loss"], *theirs["gradients"]]):
                if abs(a - b) > 1e-4 * abs(b): raise SystemExit(f"ours and {form} disagree at {case}: {a} and {b}")
    return [dict(form=form, vocabulary=v, tokens=t, masked=m, rounds=len(found), seconds=statistics.median(d["seconds"] for d in found),
                 cpu_seconds=statistics.median(d["cpu_seconds"] for d in found), megabytes=statistics.median(d["bytes"] for d in found) / MB) for (form, v, t, m), found in sorted(cells.items(), key=lambda c: (*c[0][1:], FORMS.index(c[0][0])))]


def table(rows)->str: # Markdown
    by = {(r["form"], r["vocabulary"], r["tokens"], r["masked"]): r for r in rows}
    lines = ["| V | tokens | masked | form | s | of the floor | CPU s | of TRL dense | MB | of TRL dense | MB without the head's gradient | rounds |",
             "|---:|---:|---:|:---|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for r in rows:
        case = r["vocabulary"], r["tokens"], r["masked"]
        def ratio(other, key, r=r, case=case): return f"{r[key] / by[(other, *case)][key]:.2f}" if (other, *case) in by else "–"
        head = r["vocabulary"] * HEAD * 4 / MB
        lines.append(f"| {r['vocabulary']:,} | {r['tokens']:,} | {r['masked']} % | {r['form']} | {r['seconds']:.2f} | {ratio('floor', 'seconds')} | {r['cpu_seconds']:.2f} | {ratio('trl_dense', 'seconds')} "
                     f"| {r['megabytes']:,.0f} | {ratio('trl_dense', 'megabytes')} | {r['megabytes'] - head:,.0f} | {r['rounds']} |")
    return "\n".join(lines)


def machine(threads)->str: # one line: what it was measured on, with which versions
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    def of(name):
        try: return f"{name} {version(name)}"
        except PackageNotFoundError: return f"no {name}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {threads} threads, {memory:.0f} GB; Python {platform.python_version()}, {', '.join(map(of, ('torch', 'trl', 'transformers', 'ioa_nb')))}; {platform.system()}"


def main()->None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabulary", type=int, nargs="+", default=[49152, 32000, 128256], help="sizes (default: %(default)s)")
    parser.add_argument("--tokens", type=int, nargs="+", default=[512, 2048], help="positions a step (default: %(default)s)")
    parser.add_argument("--masked", type=int, nargs="+", default=[0, 50, 90], help="shares in per cent (default: %(default)s)")
    parser.add_argument("--forms", nargs="+", default=list(FORMS), choices=FORMS, help="what to measure (default: all)")
    parser.add_argument("--rounds", type=int, help="of each (default: 10 at V 49152, 3 elsewhere)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of a measurement (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one round, V 4096, 128 tokens: does everything run?")
    parser.add_argument("--record", metavar="FILE", help="append every measurement as a line of JSON; those already there are not repeated")
    parser.add_argument("--table", metavar="FILE", help="measure nothing; print the table of what --json printed before")
    parser.add_argument("--json", action="store_true", help="print machine and rows as JSON instead of the table")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one: print(json.dumps(measure(*json.loads(options.one), options.threads))); return
    if options.quick: options.vocabulary, options.tokens, options.rounds = [4096], [128], 1
    if options.table: found = json.loads(Path(options.table).read_text())
    else: found = dict(rows=run_all(options), machine=machine(options.threads))
    print(json.dumps(found, indent=1) if options.json else f"{found['machine']}\n\n{table(found['rows'])}")


if __name__ == "__main__": main()
