"""How long it takes to open a run of 200 rounds and 40 modules, and to step: `python perf/stepping.py`.

The folder is synthetic (`make_run` of tests/test_stepping.py): as `IOA.run` writes it, 20 probes a module, 200 lessons a
round. Files are in the system's cache, the package's own cache is empty at each step.
"""
import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path[:0] = [str(Path(__file__).resolve().parent.parent/"tests")]

from ioa_nb import stepping  # noqa: E402
from ioa_nb.widgets import Explorer  # noqa: E402


def seconds(work)->tuple[float, float]: # by the clock, by the processor
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def measure(rounds:int, modules:int, probes:int, lessons:int, times:int)->dict: # milliseconds
    from test_stepping import make_run
    names = [f"module_{k:02d}" for k in range(modules)]
    with tempfile.TemporaryDirectory() as folder:
        run = make_run(Path(folder)/"run", rounds, names, probes)
        for path in run.glob("round-*/lessons.json"):
            value = json.loads(path.read_text())
            path.write_text(json.dumps(value | dict(examples=[value["examples"][k % 2] | dict(answer="17 + 25 = 42 . " * 8 + "#### 42", question=f"question {k} " * 6) for k in range(lessons)])))
        size = sum(p.stat().st_size for p in run.rglob("*") if p.is_file()) / 1e6
        opened = [seconds(lambda: stepping.open_run(run)) for _ in range(times)]
        shown = [seconds(lambda: Explorer(run)) for _ in range(times)]
        explorer, steps = Explorer(run), []
        for number in [1 + k * (rounds - 1) // 99 for k in range(100)]:
            stepping._shares.cache_clear()
            steps.append(seconds(lambda n=number: explorer.controls["round"].set_trait("value", n)))
        two = Explorer(run, run)
        both = []
        for number in [1 + k * (rounds - 1) // 49 for k in range(50)]:
            stepping._shares.cache_clear()
            both.append(seconds(lambda n=number: two.controls["round"].set_trait("value", n)))
    assert not explorer.errors and not two.errors
    told = lambda rows: dict(median=round(1000 * statistics.median(r[0] for r in rows), 1), most=round(1000 * max(r[0] for r in rows), 1), processor=round(1000 * statistics.median(r[1] for r in rows), 1))
    return dict(megabytes=round(size, 1), open_run=told(opened), explorer=told(shown), step=told(steps), step_of_two=told(both))


def main()->None:
    parser = argparse.ArgumentParser(description="Opening and stepping through a large run, in milliseconds.")
    parser.add_argument("--rounds", type=int, default=200); parser.add_argument("--modules", type=int, default=40)
    parser.add_argument("--probes", type=int, default=20, help="a module and round"); parser.add_argument("--lessons", type=int, default=200, help="a round"); parser.add_argument("--times", type=int, default=5, help="that it is opened")
    a = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}; {platform.system()}", file=sys.stderr)
    print(json.dumps(measure(a.rounds, a.modules, a.probes, a.lessons, a.times), indent=1))


if __name__ == "__main__": main()
