"Hidden-state and relation losses against float64 references, their properties, and the defects they must not have"
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ioa_nb.core import IOAError
from ioa_nb.losses_hidden import (hidden_loss, learned_projection, map_layers, new_projections, pca_projection, predicting_positions, projection_rank,
                                  record_attention, reduce_loss, relation_loss, select_dimensions, selection_projection)
from transformers import LlamaConfig, LlamaForCausalLM

FEW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10_000)


def states(seed, *shape, dtype=torch.float64): return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def a_mask(seed, B, T, side="right"): # rows of random length, at least one token each
    lengths = torch.randint(1, T + 1, (B, 1), generator=torch.Generator().manual_seed(seed))
    mask = (torch.arange(T) < lengths).long()
    return mask if side == "right" else mask.flip(1)


# -- layers and positions ------------------------------------------------------------------------------------------

@FEW
@given(st.integers(1, 48), st.integers(1, 96))
def test_uniform_ends_at_the_last_and_never_goes_back(student, teacher):
    pairs = map_layers(student, teacher)
    assert [s for s, _ in pairs] == list(range(1, student + 1)) and pairs[-1] == (student, teacher)
    assert all(1 <= a[1] <= b[1] <= teacher for a, b in zip(pairs, [*pairs[1:], pairs[-1]]))


@pytest.mark.parametrize("how, words", [([(1, 9)], "teacher layer 9"), ([(-1, 1)], "student layer -1"), ("last-9", "'last-9' asks for 9"), ("last-0", "asks for 0"),
                                        ("first", "unknown layer map 'first'"), ([], "unknown layer map"), ([(1, 2, 3)], "unknown layer map"), ([(1.5, 2)], "unknown layer map")])
def test_a_layer_map_past_the_depth_is_refused(how, words):
    with pytest.raises(IOAError, match=words): map_layers(2, 5, how)


def test_a_map_that_went_through_json_is_taken(): assert map_layers(2, 5, [[1, 2], [2, 5]]) == ((1, 2), (2, 5))


@FEW
@given(seeds, st.integers(1, 4), st.integers(1, 9))
def test_positions_count_the_labels_that_a_logit_loss_counts(seed, B, T):
    labels = torch.randint(-1, 3, (B, T), generator=torch.Generator().manual_seed(seed)); labels[labels < 0] = -100
    assert int(predicting_positions(labels).sum()) == int((labels[:, 1:] != -100).sum())


# -- hidden states -------------------------------------------------------------------------------------------------

@torch.no_grad()
def reference_hidden(student, teacher, mask, layers, kind, maps): # loops, in float64
    total, count = 0.0, 0
    for b in range(mask.shape[0]):
        for t in range(mask.shape[1]):
            if not mask[b, t]: continue
            count += 1
            for i, (ls, lt) in enumerate(layers):
                x, y = maps[i](student[ls][b, t], teacher[lt][b, t]) if maps else (student[ls][b, t], teacher[lt][b, t])
                if kind == "mse": total += sum((float(p) - float(q)) ** 2 for p, q in zip(x, y)) / len(x) / len(layers)
                else: total += (1 - float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))) / len(layers)
    return total / max(count, 1)


@FEW
@given(seeds, st.sampled_from(["mse", "cosine"]), st.sampled_from(["learned", "pca", "selection"]), st.integers(1, 4), st.sampled_from([torch.float32, torch.float64]))
def test_hidden_loss_equals_a_loop_in_float64(seed, kind, method, rank, dtype):
    student, teacher = [states(seed + i, 3, 6, 4) for i in range(3)], [states(seed + 9 + i, 3, 6, 7) for i in range(4)]
    mask, layers = a_mask(seed, 3, 6), ((1, 2), (2, 3))
    maps = new_projections(method, student, teacher, torch.ones(3, 6), layers, rank)
    want = reference_hidden(student, teacher, mask, layers, kind, maps)
    got = hidden_loss([h.to(dtype) for h in student], [h.to(dtype) for h in teacher], mask, layers, maps.to(dtype), kind)
    assert abs(got.item() - want) <= (1e-10 if dtype == torch.float64 else 1e-5) * max(1, abs(want))


@FEW
@given(seeds, st.sampled_from(["mse", "cosine"]))
def test_hidden_gradient_is_right_and_none_goes_to_the_teacher(seed, kind):
    student, teacher, mask = states(seed, 2, 3, 4).requires_grad_(), states(seed + 1, 2, 3, 4).requires_grad_(), a_mask(seed, 2, 3)
    f = lambda x: hidden_loss([x], [teacher], mask, [(0, 0)], kind=kind)
    assert torch.autograd.gradcheck(f, (student,))
    f(student).backward()
    assert teacher.grad is None and (student.grad[mask == 0] == 0).all()


@FEW
@given(seeds, st.sampled_from(["mse", "cosine"]))
def test_hidden_loss_is_never_negative_and_zero_when_equal(seed, kind):
    a, b, mask = states(seed, 2, 5, 4, dtype=torch.float32), states(seed + 1, 2, 5, 4, dtype=torch.float32), a_mask(seed, 2, 5)
    assert hidden_loss([a], [b], mask, [(0, 0)], kind=kind) >= 0
    assert hidden_loss([a], [a.clone()], mask, [(0, 0)], kind=kind).item() == pytest.approx(0, abs=1e-6)


@FEW
@given(seeds, st.sampled_from(["hidden", "relation"]), st.sampled_from(["right", "left"]), st.sampled_from([1e6, float("nan")]))
def test_padding_is_never_averaged_in(seed, which, side, garbage):
    student, teacher, mask = states(seed, 3, 5, 4), states(seed + 1, 3, 5, 8), a_mask(seed, 3, 5, side)
    maps = [pca_projection(states(1, 20, 4), states(2, 20, 8), 2)]
    def loss(student, teacher, mask):
        if which == "hidden": return hidden_loss([student], [teacher], mask, [(0, 0)], maps)
        return relation_loss(dict.fromkeys("qkv", student), dict.fromkeys("qkv", teacher), mask, 2)
    clean = loss(student, teacher, mask)
    spoilt = [x.masked_fill(mask[..., None] == 0, garbage).requires_grad_() for x in (student, teacher)]
    dirty = loss(*spoilt, mask); dirty.backward()
    assert torch.allclose(clean, dirty, atol=1e-12) and torch.isfinite(spoilt[0].grad).all()
    wide = [torch.nn.functional.pad(x, (0, 0, 0, 4), value=garbage) for x in (student, teacher)]
    assert torch.allclose(clean, loss(*wide, torch.nn.functional.pad(mask, (0, 4))), atol=1e-12)


@FEW
@given(seeds, st.sampled_from(["hidden", "relation"]))
def test_accumulated_micro_batches_equal_the_whole_batch(seed, which):
    student, teacher, mask = states(seed, 4, 5, 4), states(seed + 1, 4, 5, 4), a_mask(seed, 4, 5)
    def loss(rows, n):
        if which == "hidden": return hidden_loss([student[rows]], [teacher[rows]], mask[rows], [(0, 0)], num_items=n)
        return relation_loss(dict(q=student[rows]), dict(q=teacher[rows]), mask[rows], 2, relations="q", num_items=n)
    n = mask.sum()
    assert torch.allclose(loss(slice(0, 1), n) + loss(slice(1, 4), n), loss(slice(0, 4), None), atol=1e-12)


def test_all_masked_is_zero_with_finite_gradients():
    student = states(0, 2, 3, 4).requires_grad_()
    for loss in (hidden_loss([student], [states(1, 2, 3, 4)], torch.zeros(2, 3), [(0, 0)]),
                 relation_loss(dict(q=student), dict(q=states(1, 2, 3, 4)), torch.zeros(2, 3), 2, relations="q", num_items=torch.tensor(0))):
        assert loss.item() == 0
        assert (torch.autograd.grad(loss, student)[0] == 0).all()


def test_half_precision_is_compared_in_float32():
    student, teacher = states(0, 2, 3, 4).bfloat16(), states(1, 2, 3, 4).bfloat16()
    assert hidden_loss([student], [teacher], torch.ones(2, 3), [(0, 0)]).dtype == torch.float32
    assert pca_projection(states(0, 9, 4).bfloat16(), states(1, 9, 6).bfloat16()).student_map.dtype == torch.float32


@pytest.mark.parametrize("which", ["hidden", "relation"])
def test_autocast_changes_nothing(which):
    student, teacher = states(0, 2, 5, 8, dtype=torch.float32) * 9, states(1, 2, 5, 12, dtype=torch.float32) * 9
    maps = [learned_projection(student.flatten(0, 1), teacher.flatten(0, 1), 4)]
    def loss():
        if which == "hidden": return hidden_loss([student], [teacher], torch.ones(2, 5), [(0, 0)], maps)
        return relation_loss(dict(q=student), dict(q=teacher), torch.ones(2, 5), 2, relations="q")
    outside = loss()
    with torch.autocast("cpu", torch.bfloat16): inside = loss()
    assert torch.equal(outside, inside)


def test_reduce_refuses_and_sums():
    assert reduce_loss(torch.ones(3), "sum").item() == 3 and reduce_loss(torch.ones(3), num_items=torch.tensor(6)).item() == 0.5
    with pytest.raises(IOAError, match="unknown reduction"): reduce_loss(torch.ones(3), "avg")


# -- projections ---------------------------------------------------------------------------------------------------

@FEW
@given(seeds, st.integers(1, 5))
def test_pca_keeps_the_most_variance(seed, rank):
    teacher = states(seed, 60, 6) * torch.tensor([3.0, 1, 1, 0.5, 2, 0.1]).double()
    eigenvalues = torch.linalg.eigvalsh(torch.cov(teacher.T)).flip(0)
    basis = torch.linalg.qr(pca_projection(states(seed + 1, 60, 5), teacher, rank).teacher_map)[0]
    kept = ((teacher - teacher.mean(0)) @ basis).var(0).sum()
    assert kept.item() == pytest.approx(eigenvalues[:rank].sum().item(), rel=1e-9)


@FEW
@given(seeds, st.integers(1, 4))
def test_the_student_is_turned_by_an_orthonormal_map_that_no_other_beats(seed, rank):
    student, teacher = states(seed, 50, 4), states(seed + 1, 50, 6)
    p = pca_projection(student, teacher, rank)
    gram = p.student_map.T @ p.student_map
    assert torch.allclose(gram, gram[0, 0] * torch.eye(rank, dtype=torch.float64), atol=1e-9)
    target, centred = p.teacher(teacher), student - student.mean(0)
    agreement = lambda Q: (centred @ Q * target).sum()
    mine = agreement(p.student_map / gram[0, 0].sqrt())
    for i in range(10): assert mine >= agreement(torch.linalg.qr(states(seed + 50 + i, 4, rank))[0]) - 1e-9


@FEW
@given(seeds, st.integers(1, 4))
def test_no_rank_r_map_starts_better_than_the_learned_one(seed, rank):
    student = states(seed, 80, 4)
    teacher = student @ states(seed + 1, 4, 6) + 0.3 * states(seed + 2, 80, 6)
    p = learned_projection(student, teacher, rank)
    loss = lambda p: (p.student(student) - p.teacher(teacher)).pow(2).mean()
    best = loss(p)
    with torch.no_grad():
        for i in range(10):
            q = learned_projection(student, teacher, rank)
            q.student_map += 0.1 * states(seed + i, *q.student_map.shape); q.student_up += 0.1 * states(seed + 20 + i, *q.student_up.shape)
            assert best <= loss(q) + 1e-6


def test_only_the_learned_projection_is_trained():
    student, teacher = states(0, 30, 4), states(1, 30, 6)
    assert [len(list(make(student, teacher, 2).parameters())) for make in (learned_projection, pca_projection, selection_projection)] == [2, 0, 0]


def test_a_projection_survives_saving(tmp_path):
    student, teacher = [states(0, 2, 9, 4)], [states(1, 2, 9, 6)]
    make = lambda seed: new_projections("learned", student, [states(seed, 2, 9, 6)], torch.ones(2, 9), [(0, 0)], 3)
    from safetensors.torch import load_file, save_file
    one, other = make(1), make(7)
    save_file(one.state_dict(), tmp_path/"p.safetensors"); other.load_state_dict(load_file(tmp_path/"p.safetensors"))
    assert all(torch.equal(a, b) for a, b in zip(one[0](student[0], teacher[0]), other[0](student[0], teacher[0])))


def test_constant_states_give_finite_projections():
    for make in (learned_projection, pca_projection, selection_projection):
        p = make(torch.ones(5, 3), torch.ones(5, 4), 2)
        assert all(torch.isfinite(x).all() for x in p(torch.ones(1, 3), torch.ones(1, 4)))


@FEW
@given(seeds, st.integers(1, 5), st.sampled_from(["variance", "labels"]))
def test_selection_names_each_dimension_once_and_the_first_ones_stay_first(seed, n, measure):
    h, labels = states(seed, 40, 6), torch.arange(40) % 3
    more = select_dimensions(h, n + 1, measure, labels)
    assert len(set(more)) == n + 1 and select_dimensions(h, n, measure, labels) == more[:n]


def test_selection_does_not_pick_a_copy():
    h = states(0, 50, 3); h = torch.cat([3 * h, 2.9 * h[:, :1]], 1)
    assert 3 not in select_dimensions(h, 3)


@FEW
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 4096))
def test_the_rank_grows_with_accuracy_and_stays_within_the_width(a, b, width):
    low, high = sorted((a, b))
    assert 1 <= projection_rank(low, width) <= projection_rank(high, width) <= width
    assert projection_rank(1, width) == width


@pytest.mark.parametrize("call, words", [
    (lambda: new_projections("magic", [states(0, 1, 3, 2)], [states(0, 1, 3, 2)], torch.ones(1, 3), [(0, 0)]), "unknown projection 'magic'"),
    (lambda: pca_projection(torch.full((4, 2), float("nan")), states(0, 4, 2)), "student states hold NaN or infinity at token 0"),
    (lambda: hidden_loss([states(0, 1, 3, 2)], [states(0, 1, 3, 2)], torch.ones(1, 3), [(0, 0)], kind="l1"), "unknown kind 'l1'"),
    (lambda: hidden_loss([states(0, 1, 3, 2)], [states(0, 1, 4, 2)], torch.ones(1, 3), [(0, 0)]), r"teacher states are \(1, 4, 2\)"),
    (lambda: hidden_loss([states(0, 1, 3, 2)], [states(0, 1, 3, 5)], torch.ones(1, 3), [(0, 0)]), "student layer 0 is 2 wide and teacher layer 0 5"),
    (lambda: hidden_loss([states(0, 1, 3, 2)], [states(0, 1, 3, 2)], torch.ones(1, 3), [(0, 1)]), "teacher layer 1; choose 0"),
])
def test_bad_input_is_named(call, words):
    with pytest.raises(IOAError, match=words): call()


# -- relations -----------------------------------------------------------------------------------------------------

def reference_relation(student, teacher, mask, heads, causal): # loops
    def row(x, b, h, t, keys):
        d = x.shape[-1] // heads; v = x[b, :, h * d:(h + 1) * d]
        s = [float(v[t] @ v[j]) / math.sqrt(d) for j in keys]; top = max(s); z = sum(math.exp(a - top) for a in s)
        return [a - top - math.log(z) for a in s]
    total, count = 0.0, 0
    for b in range(mask.shape[0]):
        for t in range(mask.shape[1]):
            if not mask[b, t]: continue
            count += 1; keys = [j for j in range(mask.shape[1]) if mask[b, j] and (j <= t or not causal)]
            for x in "qkv":
                for h in range(heads):
                    p, q = row(teacher[x], b, h, t, keys), row(student[x], b, h, t, keys)
                    total += sum(math.exp(a) * (a - c) for a, c in zip(p, q)) / heads / 3
    return total / count


@FEW
@given(seeds, st.booleans(), st.sampled_from([1, 2, 4]), st.sampled_from(["right", "left"]))
def test_relation_loss_equals_a_loop_in_float64(seed, causal, heads, side):
    student, teacher = ({x: states(seed + i + k, 2, 5, W) for i, x in enumerate("qkv")} for k, W in ((0, 4), (10, 8)))
    mask = a_mask(seed, 2, 5, side)
    want, got = reference_relation(student, teacher, mask, heads, causal), relation_loss(student, teacher, mask, heads, causal=causal)
    assert abs(got.item() - want) <= 1e-10 * max(1, want)
    single = relation_loss(*({x: v.float() for x, v in side.items()} for side in (student, teacher)), mask, heads, causal=causal)
    assert abs(single.item() - want) <= 1e-5 * max(1, want) and got >= 0


@FEW
@given(seeds, st.booleans())
def test_relation_gradient_is_right(seed, causal):
    student, teacher, mask = states(seed, 2, 3, 4).requires_grad_(), states(seed + 1, 2, 3, 4), a_mask(seed, 2, 3)
    assert torch.autograd.gradcheck(lambda x: relation_loss(dict(q=x), dict(q=teacher), mask, 2, causal=causal, relations="q"), (student,))


@FEW
@given(seeds)
def test_relations_do_not_see_a_rotation_of_the_width(seed):
    q, turn = states(seed, 2, 5, 4), torch.linalg.qr(states(seed + 1, 4, 4))[0]
    assert relation_loss(dict(q=q @ turn), dict(q=q), torch.ones(2, 5), 1, relations="q").item() == pytest.approx(0, abs=1e-10)


def test_what_follows_changes_no_causal_relation():
    student, teacher = states(0, 1, 6, 4), states(1, 1, 6, 4)
    whole = relation_loss(dict(q=student), dict(q=teacher), torch.ones(1, 6), 2, relations="q", reduction="none")
    start = relation_loss(dict(q=student[:, :4]), dict(q=teacher[:, :4]), torch.ones(1, 4), 2, relations="q", reduction="none")
    assert torch.allclose(whole[:4], start)


def llama(heads, kv_heads, width=32, layers=2):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return LlamaForCausalLM(LlamaConfig(vocab_size=13, hidden_size=width, intermediate_size=16, num_hidden_layers=layers, num_attention_heads=heads,
                                            num_key_value_heads=kv_heads, bos_token_id=0, eos_token_id=0))


@pytest.mark.parametrize("kv_heads", [1, 2, 4])
def test_grouped_heads_are_repeated_as_attention_repeats_them(kv_heads):
    from transformers.models.llama.modeling_llama import repeat_kv
    model, ids = llama(4, kv_heads), torch.arange(5)[None]
    raw = {}
    hook = model.model.layers[0].self_attn.k_proj.register_forward_hook(lambda m, i, o: raw.update(k=o))
    with record_attention(model, [1]) as records: model(input_ids=ids)
    hook.remove()
    want = repeat_kv(raw["k"].view(1, 5, kv_heads, 8).transpose(1, 2), 4 // kv_heads).transpose(1, 2).reshape(1, 5, 32)
    assert torch.equal(records[1]["k"], want) and records[1]["v"].shape == (1, 5, 32)


def test_gradient_reaches_the_student_through_the_hooks_and_an_error_leaves_none_behind():
    model, ids = llama(4, 2), torch.arange(5)[None]
    with record_attention(other := llama(2, 1, 16), [2]) as teacher_records, torch.no_grad(): other(input_ids=ids)
    with record_attention(model, [2]) as records: model(input_ids=ids)
    relation_loss(records[2], teacher_records[2], torch.ones(1, 5), 2).backward()
    assert model.model.layers[1].self_attn.q_proj.weight.grad.abs().sum() > 0
    with pytest.raises(RuntimeError), record_attention(model): raise RuntimeError
    assert not any(layer.self_attn.q_proj._forward_hooks for layer in model.model.layers)


def test_gradient_checkpointing_gives_the_same_gradient():
    model, ids, gradients = llama(4, 2).train(), torch.arange(5)[None], []
    teacher = {x: states(i, 1, 5, 16, dtype=torch.float32) for i, x in enumerate("qkv")}
    for checkpointing in (False, True):
        if checkpointing: model.config.use_cache = False; getattr(model, "activation_checkpointing_enable", model.gradient_checkpointing_enable)()
        model.zero_grad()
        with record_attention(model, [2]) as records: model(input_ids=ids)
        relation_loss(records[2], teacher, torch.ones(1, 5), 2).backward()
        gradients.append(model.model.layers[0].self_attn.q_proj.weight.grad.clone())
    assert torch.allclose(*gradients) and gradients[0].abs().sum() > 0


def test_a_record_that_no_forward_pass_filled_is_named():
    with pytest.raises(IOAError, match="student records hold no 'q'"): relation_loss({}, dict(q=states(0, 1, 3, 4)), torch.ones(1, 3), 2, relations="q")
