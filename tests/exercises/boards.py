# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% boards.pull: what does minus mean
pulls = dict(forward=0.49, reverse=-0.0455, forward_tiny=0.5, reverse_tiny=0)
# %% boards.pull: is still to be subtracted
pulls = dict(forward=-0.49, reverse=-0.0391, forward_tiny=-0.5, reverse_tiny=0)
# %% boards.pull: not the other one
pulls = dict(forward=-0.49, reverse=-0.0553, forward_tiny=-0.5, reverse_tiny=0)
# %% boards.pull: stands before the bracket
pulls = dict(forward=-0.49, reverse=-4.549, forward_tiny=-0.5, reverse_tiny=-13.8)
# %% boards.pull: the share that stands before it
pulls = dict(forward=-0.49, reverse=-0.045, forward_tiny=-0.5, reverse_tiny=-13.8)
# %% boards.pull: the logarithm is below 0
pulls = dict(forward=-0.49, reverse=0.0455, forward_tiny=-0.5, reverse_tiny=0)
# %% boards.moved: the one shown right before
def moved(board, values):
    shown = []
    for v in values:
        try: shown.append((v, board(v)))
        except IOAError: pass
    return [[shown[0][0], v] for v, text in shown[1:] if text != shown[0][1]]
# %% boards.moved: at the front of a frame
def moved(board, values):
    shown = []
    for v in values:
        try: shown.append((v, board(v).split()[0]))
        except IOAError: continue
    return [[a, b] for (a, s), (b, t) in zip(shown, shown[1:]) if s != t]
# %% boards.moved: so it changes nothing
def moved(board, values):
    def text(v):
        try: return board(v)
        except IOAError: return "refused"
    return [[a, b] for a, b in zip(values, values[1:]) if text(a) != text(b)]
# %% boards.moved: IOAError: the board has no frame
def moved(board, values): return [[a, b] for a, b in zip(values, values[1:]) if board(a) != board(b)]
# %% boards.moved: and the slider goes on
def moved(board, values):
    shown = []
    try:
        for v in values: shown.append((v, board(v)))
    except IOAError: pass
    return [[a, b] for (a, s), (b, t) in zip(shown, shown[1:]) if s != t]
# %% boards.moved: and that is not right
def moved(board, values):
    found, last = [], None
    for k, v in enumerate(values):
        try: text = board(v)
        except IOAError: continue
        if last is not None and text != last: found.append([values[k - 1], v])
        last = text
    return found
# %% boards.apart: who is to give it more
shares = dict(teacher=[0.35, 0.60, 0.05], student=[0.25, 0.05, 0.70])
# %% boards.apart: it is pushed down as well
shares = dict(teacher=[0.2, 0.4, 0.4], student=[0.6, 0.2, 0.2])
# %% boards.apart: 0.05 or more is asked
shares = dict(teacher=[0.25, 0.05, 0.70], student=[0.27, 0.68, 0.05])
# %% boards.apart: with the sum 1
shares = dict(teacher=[0.25, 0.05, 0.7], student=[0.5, 0.9, 0.1])
# %% boards.apart: 0.01 at least
shares = dict(teacher=[0.3, 0.0, 0.70], student=[0.35, 0.60, 0.05])
