"Losses: against an independent reference in float64, their properties, and the slips that other implementations made"
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from ioa_nb.core import IOAError
from ioa_nb.losses import _PULLS, DIVERGENCES, fused_logit_loss, jsd, logit_loss
from torch.utils._python_dispatch import TorchDispatchMode

NAMES = tuple(DIVERGENCES)
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}
few = settings(max_examples=25, deadline=None, derandomize=True)


# -- the reference: numpy, double precision, a row at a time, all in logarithms --------------------------------------

def log_softmax(row): return row - row.max() - np.log(np.exp(row - row.max()).sum())


def expect(log_weights, values): # sum of w * v, where w = 0 counts nothing
    inside = np.exp(log_weights) > 0
    return float((np.exp(log_weights[inside]) * values[inside]).sum())


def mixture(log_a, log_b, share): # log((1 - share) a + share b)
    with np.errstate(divide="ignore"): return np.logaddexp(log_a + np.log(1 - share), log_b + np.log(share))


def reference_row(name, student, teacher, T, beta, skew): # loss and its gradient on the student's logits, by the Jacobian of softmax
    lq, lp = log_softmax(student / T), log_softmax(teacher / T)
    q, p = np.exp(lq), np.exp(lp)
    if name == "skew_kl" and skew == 0: name = "forward_kl"
    if name == "skew_reverse_kl" and skew == 0: name = "reverse_kl"
    if name == "forward_kl": loss, slope = expect(lp, lp - lq), None
    elif name == "reverse_kl": loss, slope = expect(lq, lq - lp), lq - lp
    elif name == "jsd":
        lm = mixture(lq, lp, beta)
        loss, slope = beta * expect(lp, lp - lm) + (1 - beta) * expect(lq, lq - lm), (1 - beta) * (lq - lm)
    elif name == "skew_kl":
        lm = mixture(lq, lp, skew)
        loss, slope = expect(lp, lp - lm), -(1 - skew) * np.exp(lp - lm)
    elif name == "skew_reverse_kl":
        lm = mixture(lp, lq, skew)
        loss, slope = expect(lq, lq - lm), lq - lm - skew * np.exp(lq - lm)
    else: loss, slope = np.abs(p - q).sum() / 2, np.sign(q - p) / 2
    scale = 1.0 if name == "tvd" else T ** 2
    if slope is None: return loss * scale, (q - p) * scale / T
    slope = np.where(q > 0, slope, 0.0)
    return loss * scale, (np.diag(q) - np.outer(q, q)) @ (slope - slope[q.argmax()]) * scale / T


def reference(name, student, teacher, labels, T=1.0, beta=0.5, skew=0.1, reduction="mean", label_weight=0.0):
    "Loss and gradient on the student's logits [B,T,V]"
    student, teacher, labels = (x.detach().double().numpy() if x.is_floating_point() else x.numpy() for x in (student, teacher, labels))
    total, gradient, count = 0.0, np.zeros_like(student), 0
    for b in range(labels.shape[0]):
        for t in range(1, labels.shape[1]):
            if (label := labels[b, t]) == -100: continue
            loss, slope = reference_row(name, student[b, t - 1], teacher[b, t - 1], T, beta, skew)
            log_q = log_softmax(student[b, t - 1])
            total += loss - label_weight * log_q[label]
            gradient[b, t - 1] = slope + label_weight * (np.exp(log_q) - np.eye(len(log_q))[label])
            count += 1
    return (total, gradient) if reduction == "sum" else (total / max(count, 1), gradient / max(count, 1))


# -- batches ---------------------------------------------------------------------------------------------------------

def draw_labels(generator, B, T, V, kind="random"):
    labels = torch.randint(0, V, (B, T), generator=generator)
    if kind == "none": labels[:] = -100
    elif kind == "one": labels[:] = -100; labels[B - 1, T - 1] = V - 1
    else: labels[torch.rand(B, T, generator=generator) < 0.4] = -100
    return labels


def draw(seed, dtype=torch.float32, kind="random"): # hidden states and heads whose products are logits
    generator = torch.Generator().manual_seed(seed)
    pick = lambda low, high: int(torch.randint(low, high, (1,), generator=generator))
    B, T, V, H, H_teacher = pick(1, 4), pick(2, 9), pick(2, 40), pick(1, 9), pick(1, 9)
    if kind == "huge": # whole numbers: exact in float32, up to 1e4 and beyond
        whole = lambda *shape: torch.randint(-70, 71, shape, generator=generator).to(dtype)
        parts = whole(B, T, H), whole(V, H), whole(B, T, H_teacher), whole(V, H_teacher)
    else: parts = tuple(2 * torch.randn(*s, generator=generator, dtype=torch.float64).to(dtype) for s in ((B, T, H), (V, H), (B, T, H_teacher), (V, H_teacher)))
    return *parts, draw_labels(generator, B, T, V, kind)


def close(found, wanted, dtype, slack=0.0): # slack: what storing the terms of a sum costs, where they are far larger than the sum
    found, wanted = (np.asarray(x.detach() if torch.is_tensor(x) else x, dtype=np.float64) for x in (found, wanted))
    assert np.isfinite(found).all()
    assert np.linalg.norm(found - wanted) <= TOLERANCE[dtype] * max(1.0, np.linalg.norm(wanted)) + slack


CASES = [(seed, kind) for kind in ("random", "one", "none", "huge") for seed in range(3)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize("seed, kind", CASES)
def test_dense_and_fused_equal_the_reference(name, dtype, seed, kind):
    hidden, head, teacher_hidden, teacher_head, labels = draw(seed, dtype, kind)
    T, share, reduction = (1.0, 0.7, 2.5)[seed], (0.5, 0.1, 0.9)[seed], ("mean", "sum", "mean")[seed]
    logits, teacher = hidden @ head.t(), teacher_hidden @ teacher_head.t()
    exact = hidden.double() @ head.double().t(), teacher_hidden.double() @ teacher_head.double().t()
    options = dict(divergence=name, temperature=T, beta=share, skew=share, reduction=reduction)

    wanted, slope = reference(name, logits, teacher, labels, T, share, share, reduction)
    logits.requires_grad_()
    loss = logit_loss(logits, teacher, labels, **options); loss.backward()
    assert loss.dtype == dtype
    close(loss, wanted, dtype); close(logits.grad, slope, dtype)

    wanted, slope = reference(name, *exact, labels, T, share, share, reduction, label_weight=0.3)
    hidden.requires_grad_(); head.requires_grad_()
    loss = fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels, label_weight=0.3, chunk_tokens=3, **options); loss.backward()
    assert loss.dtype == dtype
    close(loss, wanted, dtype)
    slack = torch.finfo(dtype).eps * np.abs(slope).max() * 70 if kind == "huge" else 0.0      # two tokens share the place: slopes of 800 that cancel, times heads of up to 70
    close(hidden.grad, slope @ head.detach().double().numpy(), dtype, slack)
    close(head.grad, np.einsum("btv,bth->vh", slope, hidden.detach().double().numpy()), dtype)
    if kind == "none": assert loss == 0 and not hidden.grad.any() and not head.grad.any()


@pytest.mark.parametrize("name", NAMES)
def test_logits_far_apart(name):
    generator = torch.Generator().manual_seed(7)
    for dtype in TOLERANCE:
        sign = lambda dtype=dtype: torch.where(torch.rand(2, 6, 11, generator=generator) < 0.5, -1e4, 1e4).to(dtype)
        student, teacher, labels = sign().requires_grad_(), sign(), draw_labels(generator, 2, 6, 11)
        for T in (1.0, 3.0):
            wanted, slope = reference(name, student, teacher, labels, T)
            loss = logit_loss(student, teacher, labels, name, T)
            close(loss, wanted, dtype); close(torch.autograd.grad(loss, student)[0], slope, dtype)


@pytest.mark.parametrize("name", NAMES)
def test_fused_gradients_by_finite_differences(name):
    hidden, head, teacher_hidden, teacher_head, labels = draw(4, torch.float64)
    f = lambda h, w: fused_logit_loss(0.3 * h, w, teacher_hidden, teacher_head, labels, name, 1.3, chunk_tokens=2, label_weight=0.5, logit_weight=2.0)
    assert torch.autograd.gradcheck(f, (hidden.requires_grad_(), head.requires_grad_()))


def test_every_divergence_has_both_forms(): assert list(DIVERGENCES) == list(_PULLS)


# -- properties ------------------------------------------------------------------------------------------------------

names, seeds, temperatures, shares = st.sampled_from(NAMES), st.integers(0, 10**6), st.floats(0.3, 5), st.floats(0, 1)


def rows_of(name, student, teacher, T, share):
    return DIVERGENCES[name](student, teacher, T, **({"beta": share} if name == "jsd" else {"skew": share} if "skew" in name else {}))


def pair(seed, spread=3.0): # logits [5,V] twice, double precision
    generator = torch.Generator().manual_seed(seed)
    V = int(torch.randint(2, 30, (1,), generator=generator))
    return tuple(spread * torch.randn(5, V, generator=generator, dtype=torch.float64) for _ in range(2))


@few
@given(names, seeds, temperatures, shares)
def test_never_negative_and_zero_when_equal(name, seed, T, share):
    student, teacher = pair(seed)
    assert (rows_of(name, student, teacher, T, share) >= -1e-12).all()
    assert rows_of(name, student, student, T, share).abs().max() < 1e-10


@few
@given(seeds, temperatures)
def test_jsd_is_symmetric_at_one_half(seed, T):
    student, teacher = pair(seed)
    torch.testing.assert_close(jsd(student, teacher, T), jsd(teacher, student, T))


@few
@given(names, seeds, temperatures, shares, st.floats(-50, 50))
def test_a_constant_on_the_logits_changes_nothing(name, seed, T, share, constant):
    student, teacher = pair(seed)
    torch.testing.assert_close(rows_of(name, student + constant, teacher - 2 * constant, T, share), rows_of(name, student, teacher, T, share), rtol=1e-9, atol=1e-9)


@few
@given(names, seeds, st.integers(1, 40), st.integers(1, 40))
def test_chunk_size_changes_nothing(name, seed, one, other):
    hidden, head, *rest = draw(seed, torch.float64)
    results = []
    for chunk in (one, other):
        h, w = hidden.clone().requires_grad_(), head.clone().requires_grad_()
        loss = fused_logit_loss(h, w, *rest, divergence=name, chunk_tokens=chunk, label_weight=0.2)
        results.append((loss, *torch.autograd.grad(loss, (h, w))))
    for a, b in zip(*results): torch.testing.assert_close(a, b)


@few
@given(names, seeds, st.booleans())
def test_accumulated_micro_batches_equal_the_whole_batch(name, seed, as_tensor):
    hidden, head, teacher_hidden, teacher_head, labels = draw(seed, torch.float64)
    count = int((labels[:, 1:] != -100).sum())
    count = torch.tensor(count) if as_tensor else count
    whole, parts, dense = head.clone().requires_grad_(), head.clone().requires_grad_(), 0.0
    loss = fused_logit_loss(hidden, whole, teacher_hidden, teacher_head, labels, name); loss.backward()
    for i in range(len(labels)):
        b = slice(i, i + 1)
        fused_logit_loss(hidden[b], parts, teacher_hidden[b], teacher_head, labels[b], name, num_items=count).backward()
        dense += logit_loss(hidden[b] @ head.t(), teacher_hidden[b] @ teacher_head.t(), labels[b], name, num_items=count)
    torch.testing.assert_close(parts.grad, whole.grad)
    torch.testing.assert_close(dense, loss.detach())


# -- slips that others made, each by its name ------------------------------------------------------------------------

def test_kl_is_not_divided_by_the_mask_twice():
    student, teacher = (x.float()[None] for x in pair(0))                       # [1,5,V]
    short, long = (torch.cat([x] + [torch.zeros(1, n, x.shape[2])], 1) for x, n in ((student, 1), (student, 20)))
    labels = torch.tensor([[-100, 0, 1, 1]])
    results = [logit_loss(F.pad(student, (0, 0, 0, n)), F.pad(teacher, (0, 0, 0, n)), F.pad(labels, (0, n + 1), value=-100)) for n in (0, 1, 20)]
    assert results[0] == results[1] == results[2]                                # more padding, the same loss
    assert torch.equal(results[0], DIVERGENCES["forward_kl"](student[0, :3], teacher[0, :3]).mean())
    assert short.shape != long.shape


def test_labels_are_shifted():
    student, teacher = (x[None] for x in pair(1))
    labels = torch.tensor([[-100, -100, -100, 1, -100]])                         # token 3 is judged by the logits at 2
    student.requires_grad_()
    logit_loss(student, teacher, labels).backward()
    assert student.grad[0].any(-1).tolist() == [False, False, True, False, False]
    hidden = torch.ones(1, 5, 1, dtype=torch.float64, requires_grad=True)
    fused_logit_loss(hidden, torch.randn(4, 1, dtype=torch.float64), torch.ones(1, 5, 2, dtype=torch.float64), torch.randn(4, 2, dtype=torch.float64), labels).backward()
    assert hidden.grad[0, :, 0].ne(0).tolist() == [False, False, True, False, False]
    first = torch.full((1, 5), -100); first[0, 0] = 1                            # nothing comes before the first token
    assert logit_loss(student, teacher, first) == 0


class Sizes(TorchDispatchMode):
    "Records the largest tensor that any operation makes"
    largest = 0
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        for x in out if isinstance(out, (tuple, list)) else [out]:
            if torch.is_tensor(x): self.largest = max(self.largest, x.numel())
        return out


@pytest.mark.parametrize("name", NAMES)
def test_no_tensor_of_the_whole_vocabulary_is_made(name):
    B, T, V, H, chunk = 4, 33, 300, 8, 10
    generator = torch.Generator().manual_seed(0)
    new = lambda *shape: torch.randn(*shape, generator=generator)
    hidden, head, teacher_hidden, teacher_head = new(B, T, H).requires_grad_(), new(V, H).requires_grad_(), new(B, T, H), new(V, H)
    with Sizes() as lean:
        fused_logit_loss(hidden, head, teacher_hidden, teacher_head, torch.randint(0, V, (B, T), generator=generator), name, 2.0, chunk_tokens=chunk, label_weight=1.0).backward()
    assert 0 < lean.largest <= chunk * V < B * T * V
    with Sizes() as dense: logit_loss(hidden @ head.t(), teacher_hidden @ teacher_head.t(), torch.randint(0, V, (B, T), generator=generator), name).backward()
    assert dense.largest == B * T * V


def test_masked_positions_enter_no_product():
    hidden, head, teacher_hidden, teacher_head, labels = draw(11)
    masked = F.pad(labels[:, 1:], (0, 1), value=-100) == -100                    # the last position predicts nothing
    wanted = fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels)
    hidden, teacher_hidden = (x.masked_fill(masked[..., None], torch.nan) for x in (hidden, teacher_hidden))
    hidden.requires_grad_(); head.requires_grad_()
    loss = fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels); loss.backward()
    assert torch.equal(loss, wanted) and hidden.grad.isfinite().all() and head.grad.isfinite().all()
    assert torch.isclose(logit_loss((hidden @ head.t()).nan_to_num(), teacher_hidden @ teacher_head.t(), labels), wanted)


def test_accumulation_is_normalised_by_all_labels():
    student, teacher = pair(3)
    student, teacher = torch.stack([student, student + 1]).float(), torch.stack([teacher, teacher.flip(-1)]).float()
    labels = torch.tensor([[-100, 0, 1, 1, 0], [-100, -100, -100, -100, 1]])     # four labels and one
    whole = logit_loss(student, teacher, labels)
    halves = [logit_loss(student[i:i + 1], teacher[i:i + 1], labels[i:i + 1], num_items=5) for i in (0, 1)]
    assert torch.isclose(sum(halves), whole)
    means = [logit_loss(student[i:i + 1], teacher[i:i + 1], labels[i:i + 1]) for i in (0, 1)]
    assert not torch.isclose(sum(means) / 2, whole, rtol=1e-3)


def test_temperature_is_squared_once():
    student, teacher = (x[None] for x in pair(5, spread=0.1))
    labels = torch.zeros(1, 5, dtype=torch.long)
    for name in NAMES[:-1]: # near agreement each is quadratic in the logits, so that T² makes it independent of T
        cold, hot = (logit_loss(student, teacher, labels, name, T) for T in (1.0, 10.0))
        assert torch.isclose(cold, hot, rtol=0.1), name
    assert logit_loss(student, teacher, labels, "tvd", 10.0) < 0.2 * logit_loss(student, teacher, labels, "tvd")


def test_vocabularies_that_differ_are_refused():
    hidden, head, teacher_hidden, teacher_head, labels = draw(12)
    with pytest.raises(IOAError, match=rf"vocabulary {len(head)}, teacher's {len(head) + 3}"):
        fused_logit_loss(hidden, head, teacher_hidden, F.pad(teacher_head, (0, 0, 0, 3)), labels)
    with pytest.raises(IOAError, match="differ"): logit_loss(hidden @ head.t(), F.pad(teacher_hidden @ teacher_head.t(), (0, 3)), labels)


def test_a_zero_of_the_teacher_is_no_nan():
    student, teacher = (x.float()[None] for x in pair(6))
    teacher[..., 0] = -torch.inf
    labels = torch.ones(1, 5, dtype=torch.long)
    for name in ("forward_kl", "jsd", "skew_kl", "skew_reverse_kl", "tvd"):
        a = student.clone().requires_grad_()
        loss = logit_loss(a, teacher, labels, name); loss.backward()
        wanted, slope = reference(name, a, teacher, labels)
        close(loss, wanted, torch.float32); close(a.grad, slope, torch.float32)
    for name, skew in (("reverse_kl", 0.1), ("skew_reverse_kl", 0.0)):
        with pytest.raises(IOAError, match="no chance .* in example 0.*reverse_kl is infinite"): logit_loss(student, teacher, labels, name, skew=skew)


@pytest.mark.parametrize("name", NAMES)
def test_a_token_that_neither_uses_changes_nothing(name):
    student, teacher = (x.float()[None] for x in pair(8))
    labels = torch.zeros(1, 5, dtype=torch.long)
    plain, padded = student.clone().requires_grad_(), F.pad(student, (0, 2), value=-torch.inf).requires_grad_()
    loss, wide = logit_loss(plain, teacher, labels, name), logit_loss(padded, F.pad(teacher, (0, 2), value=-torch.inf), labels, name)
    loss.backward(); wide.backward()
    torch.testing.assert_close(wide, loss)
    torch.testing.assert_close(padded.grad[..., :-2], plain.grad); assert not padded.grad[..., -2:].any()


# -- how it behaves in a trainer -------------------------------------------------------------------------------------

def test_the_teacher_gets_no_gradient_and_a_frozen_head_none():
    hidden, head, teacher_hidden, teacher_head, labels = draw(2)
    for x in (hidden, teacher_hidden, teacher_head): x.requires_grad_()
    fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels).backward()
    assert hidden.grad.any() and head.grad is None and teacher_hidden.grad is None and teacher_head.grad is None
    hidden, head = hidden.detach(), head.requires_grad_()
    fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels).backward()
    assert head.grad.any()
    with torch.no_grad(): assert not fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels).requires_grad


def test_a_tied_head_gets_both_gradients():
    _, head, teacher_hidden, teacher_head, labels = draw(14, torch.float64)
    tokens = labels.clamp(min=0)
    gradients = []
    for lean in (True, False):
        w = head.clone().requires_grad_()
        hidden = torch.tanh(F.embedding(tokens, w))
        loss = fused_logit_loss(hidden, w, teacher_hidden, teacher_head, labels) if lean else logit_loss(hidden @ w.t(), teacher_hidden @ teacher_head.t(), labels)
        gradients.append(torch.autograd.grad(3 * loss, w)[0])
    torch.testing.assert_close(*gradients)


def test_parts_add_up_and_are_detached():
    args = draw(9, torch.float64)
    loss, parts = fused_logit_loss(args[0].requires_grad_(), *args[1:], label_weight=0.3, logit_weight=0.7, return_parts=True)
    torch.testing.assert_close(loss.detach(), 0.7 * parts["logit"] + 0.3 * parts["label"])
    assert not parts["logit"].requires_grad and not parts["label"].requires_grad
    logits = args[0] @ args[1].t()
    torch.testing.assert_close(parts["label"], F.cross_entropy(logits[:, :-1].flatten(0, 1), args[4][:, 1:].flatten()).detach())
    assert fused_logit_loss(*args, return_parts=True)[1].keys() == {"logit"}


def test_a_second_backward_pass_gives_the_same():
    hidden, *rest = draw(2)
    loss = fused_logit_loss(hidden.requires_grad_(), *rest)
    once, twice = torch.autograd.grad(loss, hidden, retain_graph=True)[0], torch.autograd.grad(2 * loss, hidden)[0]
    assert once.any() and torch.equal(2 * once, twice)


@pytest.mark.parametrize("way", ["half", "autocast"])
@pytest.mark.parametrize("name", ["forward_kl", "jsd", "reverse_kl"])
def test_half_precision_adds_up_in_float32(way, name):
    generator = torch.Generator().manual_seed(0)
    new = lambda *shape: torch.randn(*shape, generator=generator).bfloat16().float()
    hidden, head, teacher_hidden, teacher_head = new(2, 40, 16), 0.2 * new(64, 16), new(2, 40, 16), 0.2 * new(64, 16)
    labels = torch.randint(0, 64, (2, 40), generator=generator)
    exact, exact_head = hidden.clone().requires_grad_(), head.clone().requires_grad_()
    wanted = fused_logit_loss(exact, exact_head, teacher_hidden, teacher_head, labels, name); wanted.backward()
    kind = torch.bfloat16 if way == "half" else torch.float32
    h, w = hidden.to(kind).requires_grad_(), head.to(kind).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16, enabled=way == "autocast"), warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = fused_logit_loss(h, w, teacher_hidden.to(kind), teacher_head.to(kind), labels, name, chunk_tokens=7)
    loss.backward()
    assert loss.dtype == torch.float32 and h.grad.dtype == w.grad.dtype == kind
    torch.testing.assert_close(loss, wanted, rtol=0.02, atol=0.01)
    for found, right in ((h.grad, exact.grad), (w.grad, exact_head.grad)): assert (found.float() - right).norm() < 0.05 * right.norm()


# -- bad input: one line that names the value ------------------------------------------------------------------------

@pytest.mark.parametrize("options, message", [
    (dict(divergence="kl"), "unknown divergence 'kl'; choose one of forward_kl"), (dict(temperature=0), "temperature is 0;"), (dict(temperature=-1.0), "temperature is -1.0"),
    (dict(temperature=float("nan")), "temperature is nan"), (dict(beta=1.2, divergence="jsd"), "beta is 1.2"), (dict(skew=-0.1, divergence="skew_kl"), "skew is -0.1"),
    (dict(reduction="max"), "unknown reduction 'max'")])
def test_bad_options_are_named(options, message):
    hidden, head, teacher_hidden, teacher_head, labels = draw(2)
    for call in (lambda: logit_loss(hidden @ head.t(), teacher_hidden @ teacher_head.t(), labels, **options),
                 lambda: fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels, **options)):
        with pytest.raises(IOAError) as error: call()
        assert message in str(error.value) and "\n" not in str(error.value)


def test_bad_tensors_are_named():
    hidden, head, teacher_hidden, teacher_head, labels = draw(2)
    dense, V = (hidden @ head.t(), teacher_hidden @ teacher_head.t()), len(head)
    high = torch.full_like(labels, V)
    for call, message in (
            (lambda: logit_loss(*dense, high), f"label {V} is outside of the vocabulary of {V}"),
            (lambda: fused_logit_loss(hidden, head, teacher_hidden, teacher_head, high - V - 1), "label -1 is outside"),
            (lambda: logit_loss(*dense, labels[:, 1:]), "labels"), (lambda: logit_loss(dense[0], dense[1][:, 1:], labels), "differ"),
            (lambda: logit_loss(dense[0][0], dense[1][0], labels[0]), "are not [B,T,V]"),
            (lambda: fused_logit_loss(hidden, head[:, 1:], teacher_hidden, teacher_head, labels), "student hidden states"),
            (lambda: fused_logit_loss(hidden, head, teacher_hidden[..., 1:], teacher_head, labels), "teacher hidden states"),
            (lambda: fused_logit_loss(hidden, head, teacher_hidden[:, 1:], teacher_head, labels), "differ in batch or length"),
            (lambda: fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels, chunk_tokens=0), "chunk_tokens is 0"),
            (lambda: fused_logit_loss(hidden, head, teacher_hidden, teacher_head, labels, reduction="none"), "unknown reduction 'none'")):
        with pytest.raises(IOAError) as error: call()
        assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_nan_in_the_teacher_names_the_example(name):
    torch.manual_seed(0)
    student, teacher = torch.randn(3, 4, 6), torch.randn(3, 4, 6)
    labels = torch.zeros(3, 4, dtype=torch.long)
    teacher[2, 1, 3] = torch.nan
    with pytest.raises(IOAError, match="NaN in example 2"): logit_loss(student, teacher, labels, name)
    with pytest.raises(IOAError, match="NaN in example 2"): fused_logit_loss(student, torch.eye(6), teacher, torch.eye(6), labels, name)
    teacher[2, 1, 3] = torch.inf
    with pytest.raises(IOAError, match="infinite in example 2"): logit_loss(student, teacher, labels, name)
    teacher[2, 1, 3] = 0.0; student[1, 0, 0] = torch.nan                         # a broken student is not the teacher's fault
    assert fused_logit_loss(student, torch.eye(6), teacher, torch.eye(6), labels, name).isnan()
