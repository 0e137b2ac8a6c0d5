"""What the sandbox costs: HumanEval's model solutions in it, beside the same programs in a plain process each.

    python perf/sandbox.py --data FOLDER           # prints a line a way; --json for a row of JSON
"""
import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from ioa_nb.benchmarks.humaneval import read_problems, run_completion
from ioa_nb.sandbox import interpreter, pick_sandbox


def cost(run, problems, workers): # seconds on the clock and of processor time, of all, and what passed
    def used(): return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
    clock, processor = time.monotonic(), used()
    with ThreadPoolExecutor(workers) as pool: passed = sum(pool.map(run, problems))
    return dict(seconds=round(time.monotonic() - clock, 2), processor=round(used() - processor, 2), passed=passed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("IOA_DATA_DIR")); parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3); parser.add_argument("--json", action="store_true")
    a = parser.parse_args()
    problems, python = list(read_problems(a.data).values()), interpreter()
    def whole(p): return p["prompt"] + p["canonical_solution"] + "\n" + p["test"] + f"\ncheck({p['entry_point']})"
    ways = dict(plain=lambda p: subprocess.run([python, "-c", whole(p)], capture_output=True, timeout=30).returncode == 0,
                bare=lambda p: subprocess.run([python, "-I", "-S", "-c", whole(p)], capture_output=True, timeout=30).returncode == 0,
                unboxed=lambda p: run_completion(p, p["canonical_solution"], 30, unsafe_no_sandbox=True).passed,
                boxed=lambda p: run_completion(p, p["canonical_solution"], 30).passed)
    pick_sandbox()
    found = {name: [] for name in ways}
    for _ in range(a.repeats):
        for name, run in ways.items(): found[name].append(cost(run, problems, a.workers))
    best = {name: min(rows, key=lambda r: r["seconds"]) for name, rows in found.items()}
    row = dict(programs=len(problems), workers=a.workers, repeats=a.repeats, python=sys.version.split()[0], user=os.geteuid(), machine=f"{platform.machine()}, {os.cpu_count()} processors", load=round(os.getloadavg()[0], 1), **best,
               ratio=round(best["boxed"]["seconds"] / best["plain"]["seconds"], 2))
    if a.json: print(json.dumps(row)); return
    for name, b in best.items(): print(f"{name:8} {b['seconds']:7.2f} s  {b['processor']:7.2f} s of processor time  {1000 * b['seconds'] / len(problems):6.0f} ms a program  {b['passed']} passed")
    print(f"boxed / plain: {row['ratio']}, best of {a.repeats}, load {row['load']}")


if __name__ == "__main__": main()
