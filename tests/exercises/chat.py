# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% chat.gains: use one for both
gains = dict(strict=0.7, chat=0.2, person=0.125)
# %% chat.gains: by the chat rule and after by the strict one
gains = dict(strict=0.675, chat=0.175, person=0.125)
# %% chat.gains: right by luck
gains = dict(strict=0.675, chat=0.25, person=0.125)
# %% chat.gains: right is right
gains = dict(strict=0.675, chat=0.2, person=0.25)
# %% chat.gains: luck deceives the rule
gains = dict(strict=0.675, chat=0.2, person=0.075)
# %% chat.gains: a share of the forty
gains = dict(strict=27, chat=8, person=5)
# %% chat.between: looked for as text
def between(replies):
    def cut(said): return said.split("####")[-1].replace(",", "")
    last = sum((re.findall(r"\d+", cut(s)) or [""])[-1] == a for s, a in replies)
    return dict(last=last / len(replies), anywhere=sum(a in cut(s) for s, a in replies) / len(replies))
# %% chat.between: counts for neither
def between(replies):
    found = [(re.findall(r"\d+", re.sub(r"(\d),(\d)", r"\1\2", s)), a) for s, a in replies]
    return dict(last=sum(n[-1:] == [a] for n, a in found) / len(found), anywhere=sum(a in n for n, a in found) / len(found))
# %% chat.between: parts the thousands
def between(replies):
    found = [(re.findall(r"\d+", s.split("####")[-1]), a) for s, a in replies]
    return dict(last=sum(n[-1:] == [a] for n, a in found) / len(found), anywhere=sum(a in n for n, a in found) / len(found))
# %% chat.between: shares of the replies
def between(replies):
    found = [(re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3})", "", s.split("####")[-1])), a) for s, a in replies]
    return dict(last=sum(n[-1:] == [a] for n, a in found), anywhere=sum(a in n for n, a in found))
# %% chat.between: that is the first number
def between(replies):
    found = [(re.findall(r"\d+", s.split("####")[-1].replace(",", "")), a) for s, a in replies]
    return dict(last=sum(n[:1] == [a] for n, a in found) / len(found), anywhere=sum(a in n for n, a in found) / len(found))
# %% chat.nothing_learned: for nothing is to be learned
told = dict(before=[[12, "I think it is 12"]] * 5, after=[[11, "I think it is 11"]] * 5)
# %% chat.nothing_learned: say something more behind it
told = dict(before=[[11, "I think it is 11"]] * 3 + [[12, "I think it is 12"]] * 2, after=[[11, "I think it is 11"]] * 3 + [[12, "I think it is 12"]] * 2)
# %% chat.nothing_learned: what has to come last
told = dict(before=[[11, "It is 11 in 2 boxes"]] * 3 + [[12, "I think it is 12"]] * 2, after=[[11, "I think it is 11"]] * 3 + [[12, "I think it is 12"]] * 2)
# %% chat.nothing_learned: does not say the number
told = dict(before=[[11, "It is eleven in 2 boxes"]] * 3 + [[12, "I think it is 12"]] * 2, after=[[11, "I think it is 11"]] * 5)
