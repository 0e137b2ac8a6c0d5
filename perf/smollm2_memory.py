"""Peak memory and time of the pretrained student, each piece of work in a process of its own.

python perf/smollm2_memory.py            # a table
python perf/smollm2_memory.py --json     # rows of work, peak_mb, cpu_seconds
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
WORK = ("libraries", "convert", "load", "answer", "train", "train and save")


def do(work:str, steps:int)->None:
    import tempfile
    from pathlib import Path

    import torch

    from ioa_nb.chat import ChatClassroom
    from ioa_nb.models import load_lm
    from ioa_nb.mastery import measure
    from ioa_nb.pretrained import convert_gguf, find_smollm2, load_pretrained
    from ioa_nb.training import encode_example, fit, new_optimizer, save_optimizer
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if work == "libraries": return
    if work == "convert":
        with tempfile.TemporaryDirectory() as folder: convert_gguf(find_smollm2(), Path(folder)/"smollm2")
        return
    student, room = load_pretrained("smollm2", "cpu"), ChatClassroom()
    if work == "load": return
    if work == "answer": measure(student, room, "gate", 8, max_new_tokens=64); return
    rows = [encode_example(student.tokenizer, room.messages(i), room.solve(i)) for m in room.modules for i in room.sample(m, 40, 0)]
    rows = sorted(rows, key=lambda r: -len(r["input_ids"]))[:8 * steps]             # the longest: the worst case
    optimizer = new_optimizer(student.model, 1e-4, kind="adamw")
    fit(student.model, student.tokenizer, rows, optimizer, 8, (1e-4, 1e-4))
    if work == "train": return
    with tempfile.TemporaryDirectory() as folder:
        student.model.save_pretrained(folder); student.tokenizer.save_pretrained(folder); save_optimizer(optimizer, Path(folder)/"optimizer.safetensors")
        student.model.load_state_dict(load_lm(folder, "cpu").model.state_dict())


def main()->None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=4, help="optimizer steps of eight rows (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="rows instead of a table")
    parser.add_argument("--do", choices=WORK, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.do:
        started = time.process_time(); do(a.do, a.steps)
        print(json.dumps(dict(work=a.do, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, cpu_seconds=round(time.process_time() - started, 1))))
        return
    rows = []
    for work in WORK:
        done = subprocess.run([sys.executable, __file__, "--do", work, "--steps", str(a.steps)], capture_output=True, text=True)
        if done.returncode: sys.exit(f"{work}: {done.stderr.strip().splitlines()[-1]}")
        rows.append(json.loads(done.stdout.strip().splitlines()[-1]))
    if a.json: print("[\n " + ",\n ".join(map(json.dumps, rows)) + "\n]")
    else: print("\n".join(["| work | peak MB | CPU s |", "|:---|---:|---:|", *(f"| {r['work']} | {r['peak_mb']:,} | {r['cpu_seconds']} |" for r in rows)]))


if __name__ == "__main__": main()
