# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% app.lets_in: from another one
let_in = dict(plain=["friend"], no_token=["neighbour"], open_ip=["friend"], both=["neighbour", "outsider", "friend"])
# %% app.lets_in: among the arguments
let_in = dict(plain=["neighbour"], no_token=["neighbour"], open_ip=["friend"], both=["neighbour", "outsider", "friend"])
# %% app.lets_in: on the same computer reaches
let_in = dict(plain=[], no_token=[], open_ip=["friend"], both=["neighbour", "outsider", "friend"])
# %% app.lets_in: what does the page ask for
let_in = dict(plain=[], no_token=["neighbour"], open_ip=["outsider", "friend"], both=["neighbour", "outsider", "friend"])
# %% app.lets_in: has all that it takes
let_in = dict(plain=[], no_token=["neighbour"], open_ip=[], both=["neighbour", "outsider", "friend"])
# %% app.lets_in: keeps anybody out
let_in = dict(plain=[], no_token=["neighbour"], open_ip=["friend"], both=["outsider", "friend"])
# %% app.survey: finds it taken by the first
def survey(new_socket, ports):
    words = []
    for p in ports:
        if not 1 <= p <= 65535: words.append("no port"); continue
        try: new_socket().bind(("127.0.0.1", p)); words.append("free")
        except OSError as e: words.append("taken" if e.errno == errno.EADDRINUSE else "forbidden")
    return words
# %% app.survey: type into a browser
def survey(new_socket, ports):
    words = []
    for p in ports:
        with new_socket() as s:
            try: s.bind(("127.0.0.1", p)); words.append("free")
            except OverflowError: words.append("no port")
            except OSError as e: words.append("taken" if e.errno == errno.EADDRINUSE else "forbidden")
    return words
# %% app.survey: not taken; another program
def survey(new_socket, ports):
    words = []
    for p in ports:
        if not 1 <= p <= 65535: words.append("no port"); continue
        with new_socket() as s:
            try: s.bind(("127.0.0.1", p)); words.append("free")
            except OSError: words.append("taken")
    return words
# %% app.survey: OverflowError
def survey(new_socket, ports):
    words = []
    for p in ports:
        with new_socket() as s:
            try: s.bind(("127.0.0.1", p)); words.append("free")
            except OSError as e: words.append("taken" if e.errno == errno.EADDRINUSE else "forbidden")
    return words
# %% app.survey: and that is not right
def survey(new_socket, ports):
    words = []
    for p in ports:
        if not 1 <= p <= 65535: words.append("no port"); continue
        if p < 1024: words.append("forbidden"); continue
        with new_socket() as s:
            try: s.bind(("127.0.0.1", p)); words.append("free")
            except OSError: words.append("taken")
    return words
# %% app.survey: and that is not right
def survey(new_socket, ports):
    words, s = [], new_socket()
    for p in ports:
        if not 1 <= p <= 65535: words.append("no port"); continue
        try: s.bind(("0.0.0.0", p)); words.append("free")
        except OSError as e: words.append("taken" if e.errno == errno.EADDRINUSE else "forbidden")
    return words
# %% app.rights: when anybody names the folder
rights = dict(watch=["step", "compare"], help=["step", "compare", "pause", "resume"], own=["step", "report", "pause", "resume", "stop", "open", "compare", "start"])
# %% app.rights: where there is none yet
rights = dict(watch=["step", "report"], help=["step", "report", "pause", "resume"], own=["step", "report", "pause", "resume", "stop", "open", "compare", "start"])
# %% app.rights: with which button does the run go on
rights = dict(watch=["step"], help=["step", "report", "pause", "resume", "stop"], own=["step", "report", "pause", "resume", "stop", "open", "compare", "start"])
# %% app.rights: and so run code
rights = dict(watch=["step"], help=["step", "report", "pause", "resume", "stop", "start"], own=["step", "report", "pause", "resume", "stop", "open", "compare", "start"])
# %% app.rights: cannot undo it
rights = dict(watch=["step"], help=["step", "report", "pause"], own=["step", "report", "pause", "resume", "stop", "open", "compare", "start"])
# %% app.rights: own may not
rights = dict(watch=["step"], help=["step", "pause", "resume"], own=["report", "stop", "open", "compare", "start"])
# %% app.rights: no more than watch
rights = dict(watch=["step"], help=["step"], own=["step", "report", "pause", "resume", "stop", "open", "compare", "start"])
