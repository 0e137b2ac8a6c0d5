"""`make figures`: does every number in the chapters' prose still say what the project measures?

A number in a markdown cell (or in README.md) must come from somewhere. In this order it is looked for in

1. `tools/figures.toml`, `[[claim]]`: a fragment of the prose, and for each of its numbers an expression over recorded rows
   (`nbs/runs/NAME/*.json`, whose command stands in the chapter that reads them) or over the package. The value must lie
   within the tolerance of what the prose says, and the fragment must still be there: when the prose drifts, or the rows do, this fails;
2. `[[given]]`: a fragment whose numbers nobody measures: somebody else's figures with their source, a worked example, a definition;
   `[[holds]]` is a claim in words: a fragment, and expressions that must be true of the recorded rows;
3. the same notebook: what its cells show, or what its code sets, rounded as the prose rounds it, and with its sign
   where the prose writes one.

A number that is found nowhere is a fault. Counts below 13, numbers that name something (chapters, equations, years, links, code) and
exercises, whose own checks run in the tests, are left alone.
"""
import json
import math
import re
import sys
import time
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from statistics import fmean

from check import ROOT, notebooks

NUMBER = re.compile(r"(?<![\w.`/:-])[−+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?%)?(?![\w`])")
COMPUTED = re.compile(r"(?<![\w.])[−+-]?\d[\d_,]*(?:\.\d+)?(?:e[-+]?\d+)?")
NAMES = re.compile(r"[Cc]hapters? \d+[a-z]?(?:(?:,| and| to|, and| or) \d+[a-z]?)*|^#+ .*$|^\d+\. |§[\d.]+|\bEqs?\. ?\d+(?: (?:to|and) \d+)?|\b(?:18|19|20)\d\d\b|arXiv \S+|\*\*\d · |\| 0\d |\| \d\d[a-z]? |^\d\d[a-z]? ", re.M)
ASIDE = re.compile(r"```.*?```|<details>.*?</details>|<!--.*?-->|\$\$.*?\$\$|(?<![\\\w])\$[^$\n]+\$|`[^`]*`|\]\([^)]*\)", re.S)
EXERCISES = ("<!-- exercise", "<!-- solution")                  # their numbers are made up, and their own checks hold them
COUNTED = 13                                                     # smaller whole numbers are counts of what stands beside them


def value(text:str)->float:
    return float(text.replace("−", "-").replace("+", "").replace(",", "").replace("_", "").replace(" ", "").rstrip("%"))


def places(text:str)->int: # decimals as written
    return len(text.split(".")[1].rstrip("% ")) if "." in text else 0


def blank(text:str, pattern:re.Pattern)->str: # the same length, so that places stay places
    return pattern.sub(lambda m: re.sub(r"\S", "\x00", m.group()), text)


def numbers(text:str)->list[re.Match]: # in prose, without those that name something
    return [m for m in NUMBER.finditer(blank(blank(text, ASIDE), NAMES)) if "." in m.group() or "%" in m.group() or abs(value(m.group())) >= COUNTED]


# -- where numbers come from ---------------------------------------------------------------------------------------

@cache
def rows(name:str, root:Path=ROOT): # "parts/rows" -> the recorded JSON
    return json.loads((root/"nbs"/"runs"/f"{name}.json").read_text(encoding="utf-8"))


def mean(values)->float: # of anything that can be listed
    found = list(values)
    return fmean(found) if found else float("nan")


def half(values)->float: # half width of the 95 % interval, as chapter 14 has it
    from ioa_nb.study import interval
    return interval(list(values))[1]


def over(name:str, key:str, **where)->list: # the values of a key in recorded rows that fit
    return [r[key] for r in rows(name) if all(r.get(k) == v for k, v in where.items())]


def snapshots(name:str)->list[float]: # mean accuracy of a shipped model after each of its terms
    return [fmean(s["correct"][m] / s["probes"][m] for m in s["correct"]) for s in json.loads((ROOT/"ioa_nb"/"data"/name/"snapshots.json").read_text())]


def paired(name:str, ours:str, theirs:str, key:str="macro", **where)->list[float]: # ours minus theirs, seed by seed
    a, b = ({r["seed"]: r[key] for r in rows(name) if r["arm"] == arm and all(r.get(k) == v for k, v in where.items())} for arm in (ours, theirs))
    return [a[s] - b[s] for s in sorted(a.keys() & b.keys())]


def default(name:str): # a setting as `IOAConfig` has it
    from ioa_nb.core import IOAConfig
    return getattr(IOAConfig(), name)


def says(name:str, text:str)->bool: # does another file of the repository say so?
    return text in (ROOT/name).read_text(encoding="utf-8")


def parameters(name:str)->int: # of a shipped model, from its file's header
    from safetensors import safe_open
    with safe_open(str(ROOT/"ioa_nb"/"data"/name/"model.safetensors"), "np") as f: return sum(math.prod(f.get_slice(k).get_shape()) for k in f.keys())


KNOWN = dict(rows=rows, mean=mean, half=half, over=over, paired=paired, parameters=parameters, snapshots=snapshots, default=default, says=says, math=math)


def shown(cells:list[dict])->set[float]: # every number that the code sets or its outputs show
    found = set()
    for cell in cells:
        if cell["cell_type"] != "code": continue
        texts = ["".join(cell["source"])]
        for o in cell.get("outputs", []):
            texts += ["".join(o.get("text", ""))] + ["".join(o["data"][k]) for k in ("text/plain", "text/markdown") if k in o.get("data", {})]
        for text in texts:
            for m in COMPUTED.finditer(text):
                try: found.add(value(m.group()))
                except ValueError: pass
    return found


def near(written:str, pool:set[float])->bool: # does one of them round to what is written? A sign that the prose writes must be theirs
    half, x = 0.5 * 10 ** -places(written) + 1e-9, value(written)
    there = pool if written[0] in "−+-" else {abs(y) for y in pool}
    return any(abs(y - x) <= half or ("%" in written and abs(100 * y - x) <= half) for y in there)


# -- the book ------------------------------------------------------------------------------------------------------

def prose(path:Path)->tuple[list[str], list[dict]]: # markdown texts, all cells
    if path.suffix == ".md": return [path.read_text(encoding="utf-8")], []
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [t for c in cells if c["cell_type"] == "markdown" and not (t := "".join(c["source"])).startswith(EXERCISES)], cells


def squeeze(text:str)->str: return " ".join(text.split())


def book(root:Path)->list[Path]: return [p for p in notebooks(root) if p.parent.name != "checks"]         # those hold an exercise's answers


def check_claim(claim:dict, texts:list[str])->tuple[list[str], list[str]]: # faults, and a line for people
    fragment = squeeze(claim["text"])
    if not any(fragment in squeeze(t) for t in texts): return [f"{claim['file']}: the prose no longer says {fragment!r}; change the claim with it, in tools/figures.toml"], []
    written, tolerance = [m.group() for m in NUMBER.finditer(fragment)], claim.get("tolerance")
    if "that" in claim:
        wrong = [e for e in claim["that"] if not eval(e, dict(KNOWN))]
        return [f"{claim['file']}: {fragment!r} no longer holds: {e}" for e in wrong], [f"{claim['file']}: {fragment!r}: {e}" for e in claim["that"] if e not in wrong]
    if len(written) != len(claim["values"]): return [f"{claim['file']}: {fragment!r} has {len(written)} numbers and its claim {len(claim['values'])} values"], []
    faults, lines = [], []
    for said, expression in zip(written, claim["values"]):
        try: got = float(eval(expression, dict(KNOWN)))     # our own list, not a stranger's
        except Exception as error: faults.append(f"{claim['file']}: {fragment!r}: {expression} fails: {error!r}"); continue
        allowed = tolerance if tolerance is not None else 0.5 * 10 ** -places(said) + 1e-9
        lines.append(f"{claim['file']}: {said} in {fragment!r} is {got:.6g} (± {allowed:g}): {expression}")
        if not abs(got - value(said)) <= allowed: faults.append(f"{claim['file']}: {fragment!r} says {said}, and {expression} is {got:.6g}; more than {allowed:g} apart")
    return faults, lines


def faults_in_prose(root:Path, tell=lambda line: None)->list[str]:
    "Numbers without a source, claims that no longer hold, and entries of the list that nobody needs"
    with open(root/"tools"/"figures.toml", "rb") as f: listed = tomllib.load(f)
    faults, texts = [], {p.relative_to(root).as_posix(): prose(p) for p in book(root)}
    covered = defaultdict(list)
    for kind in ("claim", "holds", "given"):
        for entry in listed.get(kind, ()):
            if entry["file"] not in texts: faults.append(f"tools/figures.toml names {entry['file']}, which is not there"); continue
            if kind != "holds": covered[entry["file"]].append(squeeze(entry["text"]))
            if kind in ("claim", "holds"):
                wrong, lines = check_claim(entry, texts[entry["file"]][0])
                faults += wrong; [tell(line) for line in lines]
            elif not any(squeeze(entry["text"]) in squeeze(t) for t in texts[entry["file"]][0]): faults.append(f"{entry['file']}: the prose no longer says {entry['text']!r}; take the entry out of tools/figures.toml")
            if kind == "given" and not entry.get("why"): faults.append(f"{entry['file']}: {entry['text']!r} is given, and the list does not say why")
    for name, (parts, cells) in texts.items():
        pool, found = shown(cells), 0
        for text in map(squeeze_lines, parts):
            spans = [(m.start(), m.end()) for fragment in covered[name] for m in re.finditer(re.escape(fragment), text)]
            for m in numbers(text):
                if any(a <= m.start() and m.end() <= b for a, b in spans): continue
                found += 1
                if near(m.group(), pool): continue
                context = text[max(0, m.start() - 50):m.end() + 20].strip()
                faults.append(f"{name}: {m.group().strip()} in '…{context}…' comes from nowhere: show it in a cell, or add a [[claim]] or a [[given]] to tools/figures.toml")
        tell(f"{name}: {found} more numbers, shown or set by its own cells")
    return faults


def squeeze_lines(text:str)->str: # one space between words, line by line where a line's beginning means something
    return squeeze(blank_lines(text))


def blank_lines(text:str)->str: # headings, list numbers and table keys name things: blanked while lines are still lines
    return NAMES.sub(lambda m: m.group() if m.group()[0] in "Cc§Ea*|" or m.group()[0].isdigit() and len(m.group().strip(". ")) == 4 else " ", text)


def main()->int:
    began = time.monotonic()
    faults = faults_in_prose(ROOT, print)
    for fault in faults: print(f"FAIL {fault}")
    print(f"{len(faults)} faults ({time.monotonic() - began:.1f} s)")
    return 1 if faults else 0


if __name__ == "__main__": sys.exit(main())
