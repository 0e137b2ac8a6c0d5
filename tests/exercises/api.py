# Wrong answers that people give, each below the name of its exercise and a part of the line that helps.
# %% api.reserved: does not fit into the budget
paid = dict(in_flight=64, reserving=9600, looking=29100)
# %% api.reserved: has to be paid as well
paid = dict(in_flight=20, reserving=9600, looking=10200)
# %% api.reserved: lets no other request out
paid = dict(in_flight=20, reserving=9600, looking=29400)
# %% api.reserved: 500 more do not fit
paid = dict(in_flight=20, reserving=9900, looking=29100)
# %% api.named: another sample
import json
def name_of(url, body, sample): return json.dumps([url, body], sort_keys=True)
# %% api.named: in another order, has another name
def name_of(url, body, sample): return str((url, body, sample))
# %% api.named: dicts of its messages
def name_of(url, body, sample): return str((url, sorted(body.items()), sample))
# %% api.named: another one in every process
import json
def name_of(url, body, sample): return hash(json.dumps([url, body, sample], sort_keys=True))
# %% api.named: run into each other
import json
def name_of(url, body, sample): return url + json.dumps(body, sort_keys=True).replace(" ", "").replace("}", "").replace('"', "") .replace("[", "").replace("]", "") + str(sample)
# %% api.named: who said what first
import json
def name_of(url, body, sample): return json.dumps([url, {k: sorted(map(str, (sorted(m.items()) if isinstance(m, dict) else m for m in v))) if isinstance(v, list) else v for k, v in body.items()}, sample], sort_keys=True)
# %% api.early: not even the first one fits
requests = [(12000, 300), (3000, 300), (3000, 300)]
# %% api.early: every request fits
requests = [(3000, 700), (3000, 700), (3000, 700)]
# %% api.early: at least 6,000 are asked
requests = [(6000, 5000), (6000, 900), (3000, 900)]
