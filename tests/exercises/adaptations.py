# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% adaptations.load: not the two texts
load = dict(before=3, after=4, lighter=True)
# %% adaptations.load: a 0 weighs nothing
import math
load = dict(before=math.log10(9) + math.log10(99), after=math.log10(99) + 2 * math.log10(9), lighter=False)
# %% adaptations.load: sum of the quantities
load = dict(before=108, after=117, lighter=False)
# %% adaptations.load: three quantities
load = dict(before=3, after=3, lighter=False)
# %% adaptations.concrete: a set forgets that
import re
def concrete(b, a):
    w, old = re.findall('[a-z]+', a.lower()), set(re.findall('[a-z]+', b.lower()))
    return bool(w) and sum(x not in old for x in w) / len(w) >= 0.3 and set(re.findall(r'\d+', b)) <= set(re.findall(r'\d+', a))
# %% adaptations.concrete: another question
import re
def concrete(b, a):
    w, old = re.findall('[a-z]+', a.lower()), set(re.findall('[a-z]+', b.lower()))
    return bool(w) and sum(x not in old for x in w) / len(w) >= 0.3
# %% adaptations.concrete: ZeroDivisionError
import re
def concrete(b, a):
    w, old = re.findall('[a-z]+', a.lower()), set(re.findall('[a-z]+', b.lower()))
    return sum(x not in old for x in w) / len(w) >= 0.3
# %% adaptations.padded: not in its place
padded = "He buys more cards as we all know so very well by now and then."
# %% adaptations.padded: at least eight words more
padded = "Omar then purchases additional postcards."
# %% adaptations.padded: bring the syllables
padded = "Unsurprisingly Omar habitually purchases additional holiday postcards, particularly extraordinarily beautiful photographic memorabilia internationally."
# %% adaptations.padded: one sentence
padded = "Omar is a man. He goes. He purchases a few additional postcards. So it is."
