"""How far the pieces that see everything at once go: time and memory on made-up material of three sizes.

    python perf/scale.py                                         # a table
    python perf/scale.py --json                                  # a row of JSON per work and size: work, size, seconds, peak_mb, ...
    python perf/scale.py --work repeats --sizes 50000,100000

`diagnosis` is `identify` and `plan` on a seeded history: N modules, N / 10 profiles of learners who have each mastered
another part of them (a module only where its prerequisites were mastered too), 20 probes a module. The stages obey the
prerequisites that were found; `reduce_edges` takes out those that others imply, before `plan` sees them. `intervals` is
`edge_intervals` alone, on the edges of the same diagnosis.

`repeats` and `decontamination` look through N texts of 30 to 90 words, drawn by Zipf's law from a vocabulary of 20,000:
one text in ten is an earlier one with a word or two replaced, one in a hundred holds a sentence of an exam.

`seconds` is the time of the calls together, `cpu_seconds` what processors worked meanwhile, `peak_mb` the most memory the
whole process held, interpreter, libraries and material included (MB = 2**20 bytes). Every row has a process of its own.
"""
import argparse
import json
import resource
import subprocess
import sys
import time

SIZES = {"diagnosis": (500, 1_000, 2_000), "intervals": (500, 1_000, 2_000), "repeats": (50_000, 100_000, 200_000), "decontamination": (50_000, 100_000, 200_000)}


def learners(modules, profiles, seed=0, needs=2, probes=20): # history of snapshots, and what was really needed
    import numpy as np
    from ioa_nb.mastery import Snapshot
    rng = np.random.default_rng(seed)
    names = [f"module {k:04}" for k in range(modules)]
    roots = modules // 4
    needed = [() if k < roots else tuple(sorted(set(rng.integers(0, roots, needs).tolist()))) for k in range(modules)]
    mastered = rng.random((profiles, modules)) < np.where(np.arange(modules) < roots, 0.5, 0.8)
    for k in range(roots, modules): mastered[:, k] &= mastered[:, needed[k]].all(1)
    correct = rng.binomial(probes, np.where(mastered, 0.97, 0.1))
    asked = dict.fromkeys(names, probes)
    history = [Snapshot(f"learner {n}", dict(zip(names, row)), asked) for n, row in enumerate(correct.tolist())]
    return history, {names[k]: tuple(names[n] for n in ns) for k, ns in enumerate(needed)}


def diagnosis(size): # a call to be timed, and what it says of its result
    from ioa_nb.core import IOAConfig
    from ioa_nb.dependencies import reduce_edges
    from ioa_nb.identifier import identify
    from ioa_nb.mastery import Snapshot
    from ioa_nb.organizer import plan
    history, _ = learners(size, size // 10)
    student = history[-1]
    teacher = Snapshot("teacher", student.probes, student.probes)

    def work():
        found = identify(teacher, student, history, IOAConfig(stage_size=20))
        needs = {m: () for m in found.gaps}
        for e in reduce_edges(found.edges): needs[e.target] += (e.source,)
        return found, plan(found, student, needs, IOAConfig(stage_size=20))
    return work, lambda r: f"{len(r[0].edges)} edges, {len(r[0].broken)} taken out of rings, {len(r[1].stages)} stages"


def intervals(size):
    from collections import Counter
    from ioa_nb.core import IOAConfig
    from ioa_nb.dependencies import edge_intervals
    from ioa_nb.identifier import identify
    from ioa_nb.mastery import Snapshot
    history, _ = learners(size, size // 10)
    teacher = Snapshot("teacher", history[-1].probes, history[-1].probes)
    edges = identify(teacher, history[-1], history).edges

    def say(found):
        drawn, sure = sum(v.how == "bootstrap" for v in found), Counter(v.against(IOAConfig().tau_dep) for v in found)
        return f"{len(found)} edges, {drawn} drawn again, {sure['above']} beyond doubt"
    return lambda: edge_intervals(edges, history, teacher.accuracy), say


def draw_texts(size, seed=0): # (texts, exams)
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


def repeats(size):
    from ioa_nb.hygiene import near_repeats
    texts, _ = draw_texts(size)
    near_repeats(texts[:100])                                     # libraries are loaded
    return lambda: near_repeats(texts), lambda r: f"{int((r != range(size)).sum()):,} near repeats"


def decontamination(size):
    from ioa_nb.hygiene import find_contamination
    texts, exams = draw_texts(size)
    find_contamination(texts[:100], exams)
    return lambda: find_contamination(texts, exams), lambda r: f"{len(r.found):,} texts share words with an exam"


WORKS = {"diagnosis": diagnosis, "intervals": intervals, "repeats": repeats, "decontamination": decontamination}


def measure(work, size):
    call, say = WORKS[work](size)
    begun, worked = time.perf_counter(), time.process_time()
    result = call()
    seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    return dict(work=work, size=size, seconds=round(seconds, 3), cpu_seconds=round(worked, 3), peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), found=say(result))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="a row of JSON per work and size")
    parser.add_argument("--work", choices=[*WORKS], action="append", help="only this one; all when left out")
    parser.add_argument("--sizes", type=lambda text: [int(s) for s in text.split(",")], help="other sizes, such as 200,400")
    parser.add_argument("--one", nargs=2, metavar=("WORK", "SIZE"), help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.one: print(json.dumps(measure(a.one[0], int(a.one[1])))); return
    for work in a.work or WORKS:
        for size in a.sizes or SIZES[work]:
            done = subprocess.run([sys.executable, __file__, "--one", work, str(size)], capture_output=True, text=True)
            if done.returncode: sys.exit(done.stderr)
            row = json.loads(done.stdout)
            if a.json: print(json.dumps({k: row[k] for k in ("work", "size", "seconds", "cpu_seconds", "peak_mb")}), flush=True)
            else: print(f"{work:16} {size:8,} {row['seconds']:8.2f} s {row['cpu_seconds']:8.2f} CPU s {row['peak_mb']:6,} MB   {row['found']}", flush=True)


if __name__ == "__main__": main()
