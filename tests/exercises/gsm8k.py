# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% gsm8k.verdicts: nothing is calculated
verdicts = dict(strict=["A", "C", "D"], flexible=["A", "B", "C", "E"], person=["A", "B", "C", "D", "E"])
# %% gsm8k.verdicts: last thing that looks like a number
verdicts = dict(strict=["A", "D"], flexible=["A", "B", "D", "E"], person=["A", "B", "C", "D", "E"])
# %% gsm8k.verdicts: between the hashes and the number
verdicts = dict(strict=["A", "D", "E"], flexible=["A", "B", "E"], person=["A", "B", "C", "D", "E"])
# %% gsm8k.verdicts: letters from A to E
verdicts = dict(strict=["18"], flexible=[], person=[])
# %% gsm8k.strict: takes the first
import re
def strict(output, gold):
    found = re.findall(r"#### (\-?[0-9\.\,]+)", output)
    return bool(found) and re.sub(r"[,$]|\.$", "", found[-1]) == gold
# %% gsm8k.strict: compares text
import re
def strict(output, gold):
    found = re.search(r"#### (\-?[0-9\.\,]+)", output)
    return bool(found) and float(found[1].replace(",", "")) == float(gold)
# %% gsm8k.strict: full stop
import re
def strict(output, gold):
    found = re.search(r"#### (\-?[0-9\.\,]+)", output)
    return bool(found) and found[1].replace(",", "") == gold
# %% gsm8k.strict: AttributeError
import re
def strict(output, gold): return re.search(r"#### (\-?[0-9\.\,]+)", output).group(1) == gold
# %% gsm8k.replies: let it say what it answers
replies = dict(generous="42", harsh="42")
# %% gsm8k.replies: what should stand last
replies = dict(generous="The answer is 41, and not 42", harsh="So it is 42.")
# %% gsm8k.replies: finds its hashes
replies = dict(generous="The answer is 41, and not 42", harsh="#### 42")
# %% gsm8k.replies: which number does it take
replies = dict(generous="It is 42 or 41", harsh="#### 42")
