"""How repeats and decontamination grow with the number of free-text examples.

    python perf/scale_text.py                 # a table
    python perf/scale_text.py --json          # one JSON object a line: work, size, seconds, peak_mb

The texts are made up from a seed: words drawn by Zipf's law from a vocabulary of 20,000, 30 to 90 of them; one text in ten is an earlier
one with a word or two replaced, one in a hundred holds a sentence of an exam. Every measurement has a process of its own; `peak_mb` is the
growth of its resident memory above what it was when the texts were there.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

SIZES = (50_000, 100_000, 200_000)
WORKS = ("repeats", "decontamination")


def make_texts(size, seed=0): # (texts, exams)
    import numpy as np
    rng = np.random.default_rng(seed)
    words = np.array([f"w{k}" for k in range(20_000)])
    weights = 1 / np.arange(1, 20_001); weights /= weights.sum()
    def draw(n): # n texts
        lengths = rng.integers(30, 91, n)
        flat = words[rng.choice(20_000, int(lengths.sum()), p=weights)]
        return [" ".join(part) for part in np.split(flat, np.cumsum(lengths)[:-1])]
    texts, exam = draw(size), draw(1000)
    for k in range(10, size, 10): # a near copy of an earlier one
        copy = texts[int(rng.integers(k))].split()
        for spot in rng.integers(0, len(copy), 2): copy[spot] = "other"
        texts[k] = " ".join(copy)
    for k in range(55, size, 100): texts[k] = f"{texts[k]} {' '.join(exam[int(rng.integers(1000))].split()[:20])}"
    return texts, dict(gate=exam[:500], test=exam[500:])


def status(key): # kilobytes, from the kernel's account of this process
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key + ":"))


def one(work, size): # a row
    from ioa_nb.hygiene import find_contamination, near_repeats
    texts, exams = make_texts(size)
    near_repeats(texts[:100]); find_contamination(texts[:100], exams)                 # libraries are loaded
    Path("/proc/self/clear_refs").write_text("5")                                      # the kernel forgets the peak so far
    before, started, worked = status("VmRSS"), time.perf_counter(), time.process_time()
    if work == "repeats": found = int((near_repeats(texts) != range(size)).sum())
    else: found = len(find_contamination(texts, exams).found)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    peak = (status("VmHWM") - before) / 1024
    return dict(work=work, size=size, seconds=round(seconds, 2), peak_mb=round(peak, 1), cpu_seconds=round(worked, 2), found=found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of examples")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one: print(json.dumps(one(options.one[0], int(options.one[1])))); return
    if not options.json: print(f"{'work':18}{'size':>10}{'seconds':>10}{'cpu':>10}{'peak MB':>10}{'found':>10}")
    for work in WORKS:
        for size in options.sizes:
            done = subprocess.run([sys.executable, __file__, "--one", work, str(size)], capture_output=True, text=True, env=os.environ)
            if done.returncode: raise SystemExit(done.stderr)
            row = json.loads(done.stdout.splitlines()[-1])
            print(json.dumps(row) if options.json else f"{work:18}{size:10,}{row['seconds']:10.1f}{row['cpu_seconds']:10.1f}{row['peak_mb']:10.0f}{row['found']:10,}", flush=True)


if __name__ == "__main__": main()
