# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% commands.bill: the arms share the teacher's answers
bill = dict(teacher_probes=2736, student_probes=7632, writes=102080, lessons=0.2)
# %% commands.bill: a student of its own
bill = dict(teacher_probes=1368, student_probes=3816, writes=61040, lessons=0.328)
# %% commands.bill: each arm has 10,000
bill = dict(teacher_probes=1368, student_probes=7632, writes=51040, lessons=0.196)
# %% commands.bill: are written as well
bill = dict(teacher_probes=1368, student_probes=7632, writes=20000, lessons=1)
# %% commands.bill: the probes' share
bill = dict(teacher_probes=1368, student_probes=7632, writes=61040, lessons=0.6723)
# %% commands.settled: stands over the file
def settled(defaults, file, line):
    line = {k: v for k, v in line.items() if v is not None}
    odd = sorted((set(file) | set(line)) - set(defaults))
    if odd: return "unknown: " + odd[0]
    return {k: [file[k], "file"] if k in file else [line[k], "line"] if k in line else [v, "default"] for k, v in defaults.items()}
# %% commands.settled: are values, too
def settled(defaults, file, line):
    odd = sorted((set(file) | {k for k in line if line[k] is not None}) - set(defaults))
    if odd: return "unknown: " + odd[0]
    return {k: [line[k], "line"] if line.get(k) else [file[k], "file"] if file.get(k) else [v, "default"] for k, v in defaults.items()}
# %% commands.settled: is refused
def settled(defaults, file, line):
    line = {k: v for k, v in line.items() if v is not None}
    return {k: [line[k], "line"] if k in line else [file[k], "file"] if k in file else [v, "default"] for k, v in defaults.items()}
# %% commands.settled: nothing was given
def settled(defaults, file, line):
    odd = sorted((set(file) | set(line)) - set(defaults))
    if odd: return "unknown: " + odd[0]
    return {k: [line[k], "line"] if k in line else [file[k], "file"] if k in file else [v, "default"] for k, v in defaults.items()}
# %% commands.study_file: did you mean 'teacher_tokens'
study_file = "recipe: ioa\nbeside: [no_gate]\nseeds: 3\nteacher_tokns: 20000"
# %% commands.study_file: what the difference is due to
study_file = "recipe: ioa\nbeside: [no_organizer]\nseeds: 3\nout: runs/a\nteacher_tokens: 20000"
# %% commands.study_file: is none of the ABLATIONS
study_file = "recipe: ioa\nbeside: [uniform]\nseeds: 3\nout: runs/a\nteacher_tokens: 20000"
# %% commands.study_file: is for one arm on one seed
study_file = "recipe: ioa\nbeside: [no_gate]\nseeds: 3\nout: runs/a\ngate_probes: 12\ntest_probes: 40\nteacher_tokens: 40000"
# %% commands.study_file: Who asks for the rest
study_file = "recipe: ioa\nbeside: [no_gate]\nseeds: 5\nout: runs/a\ngate_probes: 12\ntest_probes: 40\nteacher_tokens: 10000"
# %% commands.study_file: three at least are asked
study_file = "recipe: ioa\nbeside: [no_gate]\nout: runs/a"
