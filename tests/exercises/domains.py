# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% domains.alike: the sign % is not looked at
alike = dict(A=True, B=True, C=True, D=False, E=True, F=False, G=False)
# %% domains.alike: in digits
alike = dict(A=True, B=True, C=False, D=True, E=True, F=False, G=False)
# %% domains.alike: this decimal is a little less
alike = dict(A=True, B=True, C=False, D=False, E=True, F=False, G=True)
# %% domains.holds: rounded to its last digit holds, too
from fractions import Fraction
def holds(a, sign, b, written):
    if sign == "/": return b != 0 and Fraction(a, b) == Fraction(written)
    return {"+": a + b, "-": a - b, "*": a * b}[sign] == Fraction(written)
# %% domains.holds: a whole number is not a rounded one
from fractions import Fraction
def holds(a, sign, b, written):
    if sign == "/" and b == 0: return False
    exact = Fraction(a, b) if sign == "/" else {"+": a + b, "-": a - b, "*": a * b}[sign]
    return abs(exact - Fraction(written)) <= Fraction(1, 2 * 10 ** len(written.partition(".")[2]))
# %% domains.holds: calculate with whole numbers
def holds(a, sign, b, written):
    if sign == "/" and b == 0: return False
    exact = {"+": float(a + b), "-": float(a - b), "*": float(a * b)}[sign] if sign != "/" else a / b
    off = abs(exact - float(written))
    return off == 0 if "." not in written else off <= 0.5 / 10 ** len(written.split(".")[1]) + 1e-12
# %% domains.generous: at least two of the other cities
outputs = dict(lucky="It is Lima.", missed="Lima. I hope this helps!")
# %% domains.generous: which line is looked at
outputs = dict(lucky="Lima, Quito or Cusco.\nI am not sure.", missed="Lima.\nI hope this helps!")
# %% domains.generous: it is marked right
outputs = dict(lucky="Quito, Cusco or Lima.", missed="I would say that it is lima!")
