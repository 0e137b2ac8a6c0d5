"""What four GSM8K tasks of lm-evaluation-harness take out of odd replies, and when that counts, against ours: no model.

The replies are built to trip: numbers in many forms among the words that the rules look for, some written by hand, the
rest drawn from a seed. The harness's own filters and metrics decide, task by task and rule by rule, in an environment
of their own (`pip install 'lm-eval[hf]==0.4.13'`); name its Python. Committed beside this file: gsm8k_verdicts.json.

    python tests/conformance/gsm8k_verdicts.py --data FOLDER --harness ENV/bin/python
"""
import argparse
import json
import os
import random
import subprocess
import tempfile
from pathlib import Path

HARNESS = r"""
import importlib.metadata, json, sys, yaml, lm_eval
from pathlib import Path
from lm_eval.api.instance import Instance
from lm_eval.api.task import ConfigurableTask
FILES = dict(gsm8k="gsm8k.yaml", gsm8k_cot="gsm8k-cot.yaml", gsm8k_cot_zeroshot="gsm8k-cot-zeroshot.yaml", gsm8k_cot_llama="gsm8k-cot-llama.yaml")
data, cases, out = sys.argv[1:]
cases, found, versions = json.load(open(cases)), {}, {}
for name, file in FILES.items():
    config = yaml.safe_load((Path(lm_eval.__file__).parent/"tasks"/"gsm8k"/file).read_text())
    config.update(dataset_path="json", dataset_name=None, dataset_kwargs=dict(data_files={s: f"{data}/gsm8k/{s}.jsonl" for s in ("train", "test")}))
    task, versions[name] = ConfigurableTask(config=config), config["metadata"]["version"]
    docs = list(task.test_docs())
    task._instances = [Instance("generate_until", docs[c["row"]], ("", {}), k, resps=[c["reply"]]) for k, c in enumerate(cases)]
    task.apply_filters()
    found[name] = {rule: [(i.filtered_resps[rule], float(task.process_results(i.doc, [i.filtered_resps[rule]])["exact_match"])) for i in task._instances] for rule in task._instances[0].filtered_resps}
json.dump(dict(version=importlib.metadata.version("lm_eval"), tasks=versions, found=found), open(out, "w"))
"""
BY_HAND = ("", " ", "\n", "18", "18.", "18.0", "#### {}", "####{}", "#### {}.", "#### {}.00", "#### ${}", "#### $ {}", "#### -{}", "#### {}\n#### 7", "#### 7\n#### {}", "#### {} dollars", "#### {},", "#### ,{}", "#### .", "#### ,",
    "### {}", "##### {}", "#### \t{}", "####  {}", "#### {}%", "#### {}#### 3", "#### 0{}", "#### +{}", "#### 1/2", "The answer is {}.", "The answer is {}", "the answer is {}.", "The answer is {}, I think.", "The answer is ${}.",
    "The answer is -{}.", "The answer is {}.5", "The answer is {}\n", "The answer is  {}.", "The answer is: {}.", "The answer is {}. The answer is 7.", "The answer is 7. The answer is {}.", "The answer is .", "The answer is ..",
    "The final answer is {}", "The final answer is {}.", "The final answer is ${}.", "The final answer is $", "The final answer is -{}", "The final answer is 7. The final answer is {}", "The final answer is\n{}", "the final answer is {}",
    r"So $\boxed{{{}}}$.", r"So $\boxed{{{}}}$", r"\boxed{{{}}}", "It costs ${}.", "It costs $ {} .", "from {} to 9", "{}, and that is all...", "{} (see 1.)", "{}!", "-{}", "--{}", "- {}", "−{}", "{}-3", "3-{}", "$,.", "$", ".", "-", "-.", "-$", "...", "1,2,3", "1.2.3", "$1$2",
    "{}e3", "0x{}", "٣", "१८", "１８", "²", "½", "{}\u200b", "\u00a0{}", "{}\x0b", "{}\u2028", "#### {}\u2028", "\ud83d\ude00 {}", "{}" * 3, "#### " * 9, "#### {}" * 3, "Question: 5\n#### {}", "{}</s>", "A" * 4000 + "{}", "9" * 3000)
PIECES = ("#### ", "####", "The answer is ", "The final answer is ", "answer: ", "$", "-", ".", ",", " ", "\n", "\t", "%", "$\\boxed{", "}", " = ", " dollars", "Q: ", "(", ")", "1", "18", "1,800", "0.5", "3.", "-7", "007", ".5", "1.800,00", "{}", "{}", "{}.", "٣", "\u00a0", "x")


def all_cases(golds, drawn, seed=0): # (row, reply): by hand beside several rows each, then drawn
    rng, rows = random.Random(seed), range(len(golds))
    texts = [(r, t) for t in BY_HAND for r in rng.sample(rows, 5)]
    texts += [(rng.choice(rows), "".join(rng.choices(PIECES, k=rng.randint(1, 12)))) for _ in range(drawn)]
    for row, text in texts:
        gold = golds[row].split("####")[-1].strip()
        yield dict(row=row, pattern=text, reply=text.replace("{}", rng.choice((gold, gold, gold.replace(",", ""), f"{int(gold.replace(',', '')):,}"))).replace("{{", "{").replace("}}", "}"))
    for row in rng.sample(rows, min(200, len(golds))): yield dict(row=row, reply=golds[row])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("IOA_DATA_DIR")); parser.add_argument("--harness", required=True, help="Python of the environment that has lm-eval")
    parser.add_argument("--drawn", type=int, default=5000, help="replies drawn from the seed, beside those written by hand"); parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    a = parser.parse_args()
    from ioa_nb.benchmarks.evaluation import read_rows
    from ioa_nb.benchmarks.gsm8k import ROWS, RULES, extract_answer, is_correct
    golds = [r["answer"] for r in read_rows(ROWS["test"], a.data)]
    cases = list(all_cases(golds, a.drawn))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "cases.json").write_text(json.dumps(cases))
        subprocess.run([a.harness, "-c", HARNESS, a.data, f"{folder}/cases.json", f"{folder}/out.json"], check=True, env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": folder})
        theirs = json.loads(Path(folder, "out.json").read_text())
    counts, differ = {}, []
    assert {t: list(r) for t, r in theirs["found"].items()} == {t: list(r) for t, r in RULES.items()}, "the harness has other tasks or rules"
    for task, rules in theirs["found"].items():
        for rule, found in rules.items():
            ours = [(extract_answer(c["reply"], rule, task), float(is_correct(c["reply"], golds[c["row"]], rule, task))) for c in cases]
            differ += [dict(task=task, rule=rule, reply=c["reply"][:200], gold=golds[c["row"]].split("####")[-1].strip(), theirs=t, ours=list(o)) for c, t, o in zip(cases, found, ours) if list(t) != list(o)]
            counts[f"{task}, {rule}"] = dict(replies=len(found), agree=sum(list(t) == list(o) for t, o in zip(found, ours)), right=int(sum(right for _, right in found)), invalid=sum(text == "[invalid]" for text, _ in found))
    sample = {c["pattern"]: dict(reply=c["reply"], gold=golds[c["row"]].split("####")[-1].strip(), harness={t: {r: theirs["found"][t][r][k] for r in rs} for t, rs in theirs["found"].items()})
              for k, c in enumerate(cases) if c.get("pattern") in BY_HAND and len(c["reply"]) < 200}             # kept, so that a test without the harness can hold ours against it
    found = dict(versions=dict(lm_eval=theirs["version"], tasks=theirs["tasks"]), replies=len(cases), by_hand=len(BY_HAND), compared=sum(c["replies"] for c in counts.values()), agree=sum(c["agree"] for c in counts.values()), counts=counts, differ=differ[:50], sample=list(sample.values()))
    Path(a.out).write_text(json.dumps(found, indent=1).replace("\n     ", " ") + "\n")
    print(f"{found['agree']} of {found['compared']} verdicts agree, on {len(cases)} replies")
    for row in differ[:20]: print(row)
    return 1 if differ else 0


if __name__ == "__main__": raise SystemExit(main())
