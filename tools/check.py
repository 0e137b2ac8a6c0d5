"""`make check`: what must always hold, verified in seconds.

Each check takes the root of a checkout and returns its faults, one line each; an empty list is a pass.
"""
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("core exercises classroom chat models pretrained api domains processes mastery losses losses_hidden losses_sparse losses_adversarial training pretraining identifier dependencies probing organizer zone "
         "gates rasch adapter adaptations synthesis report pictures counterfactual hygiene general_teacher proposals first_course recipes rounds handover remembering commands sandbox examiner "
         "benchmarks grading quiz checks study study_losses study_parts study_sensitivity study_regimes study_maps study_time study_real stepping boards app widgets").split()     # a module imports only from what stands before it
MACHINE = re.compile(r"(?<![\w.~$}/-])/(?:(?:work|root|Users)/|(?:home|tmp)/\w)")
LARGEST = 300_000                                # bytes a notebook


# -- the tree ------------------------------------------------------------------------------------------------------

def tracked(root:Path)->list[Path]: # every file that is, or may be, committed
    try:
        out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, capture_output=True, check=True).stdout
        return [p for n in out.decode().split("\0") if n and (p := root/n).is_file()]
    except (OSError, subprocess.CalledProcessError):    # an unpacked archive
        skip = {".git", ".venv", "runs", "build", "dist", "__pycache__", "_site"}
        return [p for p in root.rglob("*") if p.is_file() and not skip & set(p.relative_to(root).parts)]


def no_machine_paths(root:Path)->list[str]:
    "Somebody's folders have no place in a file that everybody gets"
    faults = []
    for path in tracked(root):
        blob = path.read_bytes()
        if b"\0" in blob[:8192] or path.suffix == ".safetensors": continue
        for number, line in enumerate(blob.decode(errors="replace").splitlines(), 1):
            if found := MACHINE.search(line):
                faults.append(f"{path.relative_to(root)}:{number}: a machine's path: {line[found.start():found.start() + 40].strip()!r}")
    return faults


# -- modules -------------------------------------------------------------------------------------------------------

def imports_of(path:Path, package:str, name:str)->list[tuple[int, str]]: # (line, module below `package`)
    found, here = [], [package, *name.split(".")[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import): names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            stem = here[:len(here) - node.level + 1] if node.level else []
            base = ".".join([*stem, *([node.module] if node.module else [])])
            names = [f"{base}.{a.name}" for a in node.names] if base == package else [base]
        else: continue
        found += [(node.lineno, n[len(package) + 1:]) for n in names if n.startswith(package + ".")]
    return found


def modules(root:Path)->dict[str, Path]: # dotted name below the package -> file
    package = root/"ioa_nb"
    files = [p for p in sorted(package.rglob("*.py")) if not p.name.startswith("_") and "data" not in p.relative_to(package).parts]
    return {".".join(p.relative_to(package).with_suffix("").parts): p for p in files}


def imports_point_down(root:Path)->list[str]:
    "An import names only what stands lower in the house; nothing imports widgets"
    faults = []
    for name, path in modules(root).items():
        top = name.split(".")[0]
        if top not in ORDER: faults.append(f"ioa_nb.{name} has no place in the house: add it to ORDER in tools/check.py"); continue
        for line, target in imports_of(path, "ioa_nb", name):
            other = target.split(".")[0]
            if other.startswith("_"): continue
            if other not in ORDER: faults.append(f"{path.relative_to(root)}:{line}: imports {target}, which has no place in the house")
            elif other == "widgets": faults.append(f"{path.relative_to(root)}:{line}: nothing imports widgets")
            elif ORDER.index(other) > ORDER.index(top) or (other == top and "." not in name):
                faults.append(f"{path.relative_to(root)}:{line}: {name} imports {other}, which stands above it")
    return faults


# -- notebooks -----------------------------------------------------------------------------------------------------

def notebooks(root:Path)->list[Path]:
    return [p for p in sorted((root/"nbs").rglob("*.ipynb")) if not any(q.startswith((".", "_")) for q in p.relative_to(root).parts)]


def exports_to(path:Path)->str|None: # the module a notebook makes
    import json
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        found = re.search(r"^#\|\s*default_exp\s+(\S+)", "".join(cell["source"]), re.M)
        if cell["cell_type"] == "code" and found: return found[1]
    return None


def one_notebook_one_module(root:Path)->list[str]:
    made, faults = {}, []
    for nb in notebooks(root):
        if not (name := exports_to(nb)): continue
        if name in made: faults.append(f"{nb.name} and {made[name].name} both export to {name}")
        made[name] = nb
    have = modules(root)
    return faults + [f"{made[n].name} exports to {n}, which is not there: run nbdev_export" for n in made if n not in have] \
                  + [f"ioa_nb.{n} has no notebook: delete it or write one" for n in have if n not in made]


def clean_notebooks(root:Path)->list[str]:
    "As nbdev_clean would leave them, and small"
    from configparser import ConfigParser
    from execnb.nbio import loads, nb2str
    from nbdev.clean import clean_nb
    config = ConfigParser(interpolation=None)
    config.read(root/"settings.ini", encoding="utf-8")
    allowed = [config["DEFAULT"].get(key, "").split() for key in ("allowed_metadata_keys", "allowed_cell_metadata_keys")]
    faults = []
    for path in notebooks(root):
        text = path.read_text(encoding="utf-8")
        nb = loads(text)
        clean_nb(nb, False, *allowed)
        if nb2str(nb) != text: faults.append(f"{path.relative_to(root)} is not clean: run nbdev_clean")
        if len(text.encode()) > LARGEST: faults.append(f"{path.relative_to(root)} has {len(text.encode()) // 1000} kB; keep it under {LARGEST // 1000} kB")
    return faults


def export_in_sync(root:Path)->list[str]:
    "A copy is exported and compared, so that the check itself changes nothing"
    with tempfile.TemporaryDirectory() as tmp:
        copy = Path(tmp)/root.name
        ignore = shutil.ignore_patterns("data", "runs", "__pycache__", ".ipynb_checkpoints", ".last_checked")
        for folder in ("ioa_nb", "nbs"): shutil.copytree(root/folder, copy/folder, ignore=ignore)
        shutil.copy(root/"settings.ini", copy)
        code = "from nbdev.doclinks import nbdev_export; nbdev_export.__wrapped__()"
        done = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True)
        if done.returncode: return ["nbdev_export fails: " + (done.stderr.strip().splitlines() or ["no message"])[-1]]
        here, there = ({p.relative_to(r): p.read_bytes() for p in (r/"ioa_nb").rglob("*.py")} for r in (root, copy))
    return [f"{p} is out of step with its notebook: run nbdev_export" for p in sorted(here.keys() | there.keys()) if here.get(p) != there.get(p)]


def readme_in_sync(root:Path)->list[str]:
    import readme
    wanted = readme.render(root/"nbs"/"index.ipynb")
    return [f"{name} is out of step with nbs/index.ipynb: run tools/readme.py" for name, text in wanted.items()
            if not (root/name).exists() or (root/name).read_text(encoding="utf-8") != text]


# -- lint ----------------------------------------------------------------------------------------------------------

def lint(root:Path)->list[str]:
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", "--output-format", "concise", "."], cwd=root, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []


# -- prose ---------------------------------------------------------------------------------------------------------

def figures_hold(root:Path)->list[str]:
    import figures
    return figures.faults_in_prose(root)


def links_lead_somewhere(root:Path)->list[str]:
    import links
    return links.dead_links(root) + links.alt_texts(root)


CHECKS = {"export in sync": export_in_sync, "notebooks clean": clean_notebooks, "one notebook, one module": one_notebook_one_module,
          "imports point down": imports_point_down, "README in sync": readme_in_sync, "no machine paths": no_machine_paths, "lint": lint,
          "figures in prose": figures_hold, "links and alternative texts": links_lead_somewhere}


def main()->int:
    sys.path.insert(0, str(Path(__file__).parent))
    failed = 0
    for name, check in CHECKS.items():
        started, faults = time.monotonic(), check(ROOT)
        print(f"{'FAIL' if faults else 'ok':4} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        for fault in faults: print(f"     {fault}")
        failed += bool(faults)
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    raise SystemExit(main())
