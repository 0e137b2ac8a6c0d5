"Shifts of embeddings: where they may be, how long they are, what they leave behind, and what they are held to"
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from ioa_nb.classroom import Classroom
from ioa_nb.core import IOAError
from ioa_nb.losses import forward_kl, logit_loss
from ioa_nb.losses_adversarial import (METHODS, adversarial_embeddings, adversarial_loss, align_logits, embedding_radius, fast_gradient, projected_gradient, prompt_positions,
                                       random_direction, text_adversarial_loss, virtual_direction)
from ioa_nb.models import load_lm
from ioa_nb.training import collate, encode_example

V = 23


def seeded(make, seed):
    with torch.random.fork_rng(devices=[]): torch.manual_seed(seed); return make().eval()


def llama(seed, **more):
    return seeded(lambda: LlamaForCausalLM(LlamaConfig(vocab_size=V, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
                                                       bos_token_id=None, eos_token_id=None, initializer_range=0.3, tie_word_embeddings=True, **more)), seed)


def gpt2(seed):
    return seeded(lambda: GPT2LMHeadModel(GPT2Config(vocab_size=V, n_embd=16, n_layer=1, n_head=2, n_positions=32, bos_token_id=None, eos_token_id=None,
                                                     attn_pdrop=0.5, resid_pdrop=0.5, embd_pdrop=0.5)), seed)


def random_batch(seed, sizes=((4, 3), (2, 5), (6, 1))): # (prompt, answer) of each example, padded on the right
    generator = torch.Generator().manual_seed(seed)
    width = max(p + a for p, a in sizes)
    ids = torch.zeros(len(sizes), width, dtype=torch.long); mask = torch.zeros_like(ids); labels = torch.full_like(ids, -100)
    for b, (p, a) in enumerate(sizes):
        ids[b, :p + a] = torch.randint(1, V, (p + a,), generator=generator); mask[b, :p + a] = 1; labels[b, p:p + a] = ids[b, p:p + a]
    return dict(input_ids=ids, attention_mask=mask, labels=labels)


STUDENT, TEACHER = llama(0), llama(1)


@pytest.fixture(autouse=True)
def leaves_no_trace():
    "No search writes into a parameter's gradient, changes a mode, or draws from the global stream"
    before, modes = torch.get_rng_state(), [m.training for m in STUDENT.modules()]
    yield
    assert all(p.grad is None for p in [*STUDENT.parameters(), *TEACHER.parameters()])
    assert modes == [m.training for m in STUDENT.modules()] and torch.equal(before, torch.get_rng_state())


sizes = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5)), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(sizes, st.integers(0, 99), st.sampled_from(METHODS), st.floats(1e-3, 2.0), st.integers(1, 3))
def test_shifts_stay_on_the_prompt_and_within_the_radius(sizes, seed, method, radius, steps):
    batch = random_batch(seed, sizes)
    plain = STUDENT.get_input_embeddings()(batch["input_ids"]).detach()
    with torch.no_grad(): target = TEACHER(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    shift = adversarial_embeddings(STUDENT, batch, target, method, radius, steps, seed=seed).detach() - plain
    prompt = prompt_positions(batch)
    assert torch.equal(prompt, batch["attention_mask"].bool() & (batch["labels"] == -100))
    assert (shift[~prompt] == 0).all()
    limit = embedding_radius(plain, prompt, radius)[..., 0].expand_as(prompt)[prompt]
    lengths = shift.norm(dim=-1)[prompt]
    assert (lengths <= limit * 1.001 + 1e-5).all()
    if method != "pgd": assert torch.allclose(lengths, limit, rtol=1e-3, atol=1e-5)       # one step and power iteration end on the sphere
    for b, one in enumerate(prompt): assert torch.isclose(limit.new_tensor(radius) * plain[b][one].norm(dim=-1).mean(), embedding_radius(plain, prompt, radius)[b, 0, 0], rtol=1e-4)


@settings(max_examples=40, deadline=None)
@given(sizes, st.integers(0, 99), st.sampled_from(METHODS), st.sampled_from((1.0, 2.5)))
def test_the_loss_is_the_divergence_on_what_was_found(sizes, seed, method, temperature):
    batch = random_batch(seed, sizes)
    options = dict(method=method, radius=0.3, temperature=temperature, seed=seed)
    with torch.no_grad(): own, target = (m(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits for m in (STUDENT, TEACHER))
    loss = adversarial_loss(STUDENT, batch, TEACHER, **options)
    assert torch.equal(loss, adversarial_loss(STUDENT, batch, TEACHER, **options))
    assert torch.equal(loss, adversarial_loss(STUDENT, batch, target, **options))
    found = adversarial_embeddings(STUDENT, batch, None if method == "vat" else target, **options)
    reached = STUDENT(inputs_embeds=found, attention_mask=batch["attention_mask"]).logits[:, :-1]
    keep = batch["labels"][:, 1:] != -100
    p, q = ((x / temperature).log_softmax(-1)[keep].double() for x in (target[:, :-1], reached))
    assert torch.isclose(loss.double(), (p.exp() * (p - q)).sum(-1).mean() * temperature ** 2, rtol=1e-4, atol=1e-6)
    if method != "fgsm":
        alone = adversarial_loss(STUDENT, batch, None, **options)
        found = adversarial_embeddings(STUDENT, batch, None, **options)
        assert torch.isclose(alone, logit_loss(STUDENT(inputs_embeds=found, attention_mask=batch["attention_mask"]).logits, own, batch["labels"], temperature=temperature), atol=1e-6)
        assert alone >= 0


@pytest.mark.parametrize("method", METHODS)
def test_micro_batches_add_up(method):
    batch = random_batch(3, ((4, 3), (2, 5), (6, 1), (3, 2)))
    params = list(STUDENT.parameters())
    whole = adversarial_loss(STUDENT, batch, TEACHER, method, radius=0.2)
    count = int((batch["labels"][:, 1:] != -100).sum())
    parts = []
    for a, b, width in ((0, 1, 7), (1, 3, 7), (3, 4, 5)):                   # the last one without its padding
        parts.append(adversarial_loss(STUDENT, {k: v[a:b, :width] for k, v in batch.items()}, TEACHER, method, radius=0.2, num_items=count))
    assert torch.isclose(sum(parts), whole, rtol=1e-3)
    together = torch.cat([g.flatten() for g in torch.autograd.grad(sum(parts), params)])
    at_once = torch.cat([g.flatten() for g in torch.autograd.grad(whole, params)])
    assert (together - at_once).norm() < 1e-2 * at_once.norm() and at_once.norm() > 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_dropout_makes_no_difference_and_modes_come_back(method, kind):
    model = llama(2, attention_dropout=0.5) if kind == "llama" else gpt2(2)
    batch = random_batch(1)
    expected = adversarial_loss(model, batch, TEACHER, method)
    model.train(); model.get_input_embeddings().eval()                      # a mode that is not everywhere the same
    modes = [m.training for m in model.modules()]
    assert torch.equal(adversarial_loss(model, batch, TEACHER, method), expected)
    with pytest.raises(IOAError): adversarial_loss(model, batch, TEACHER, method, radius=-1)
    assert modes == [m.training for m in model.modules()]


def test_works_without_grad_and_in_half_precision():
    batch = random_batch(2)
    with torch.no_grad(): value = adversarial_loss(STUDENT, batch, TEACHER, radius=0.2)
    assert not value.requires_grad and torch.equal(value, adversarial_loss(STUDENT, batch, TEACHER, radius=0.2).detach())
    half = llama(0).to(torch.bfloat16)
    assert torch.isclose(adversarial_loss(half, batch, TEACHER, radius=0.2).float(), value, rtol=0.2)
    with torch.autocast("cpu", torch.bfloat16): assert torch.isfinite(adversarial_loss(STUDENT, batch, TEACHER, radius=0.2))


def test_a_model_wrapped_for_data_parallelism():
    class Wrapped(torch.nn.Module):
        def __init__(self, module): super().__init__(); self.module = module
        def forward(self, **inputs): return self.module(**inputs)

    batch = random_batch(2)
    for teacher in (TEACHER, None): assert torch.equal(adversarial_loss(Wrapped(STUDENT), batch, teacher), adversarial_loss(STUDENT, batch, teacher))


def test_examples_without_prompt_or_without_answer_are_left_alone():
    batch = random_batch(4, ((4, 3), (0, 5), (6, 0)))
    shift = adversarial_embeddings(STUDENT, batch, None, "pgd", 0.3).detach() - STUDENT.get_input_embeddings()(batch["input_ids"]).detach()
    assert (shift[1] == 0).all() and torch.isfinite(adversarial_loss(STUDENT, batch, TEACHER))
    nothing = {**batch, "labels": torch.full_like(batch["labels"], -100)}
    for method in METHODS:
        loss = adversarial_loss(STUDENT, nothing, TEACHER, method)
        assert loss == 0 and all(torch.isfinite(g).all() for g in torch.autograd.grad(loss, list(STUDENT.parameters()), allow_unused=True) if g is not None)


def test_more_search_finds_more():
    batch = random_batch(5, ((6, 4),) * 8)
    def loss(method, steps=3): return adversarial_loss(STUDENT, batch, TEACHER, method, radius=0.3, steps=steps).item()
    plain = STUDENT.get_input_embeddings()(batch["input_ids"])
    aside = plain + random_direction(plain, prompt_positions(batch), embedding_radius(plain, prompt_positions(batch), 0.3), 0)
    with torch.no_grad(): target = TEACHER(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    by_chance = logit_loss(STUDENT(inputs_embeds=aside, attention_mask=batch["attention_mask"]).logits, target, batch["labels"]).item()
    assert by_chance < loss("fgsm") < loss("pgd", 10) and loss("pgd", 1) < loss("pgd", 10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.integers(2, 8), st.floats(0.1, 3.0))
def test_searches_against_what_can_be_solved(seed, H, radius):
    generator = torch.Generator().manual_seed(seed)
    slope, here = torch.randn(2, 3, H, generator=generator), torch.randn(2, 3, H, generator=generator)
    mask = torch.tensor([[True, True, False], [True, False, False]])
    def linear(e): return (slope * e).sum()
    best = radius * slope.norm(dim=-1)[mask].sum()                          # Cauchy and Schwarz, a row at a time
    for search in (fast_gradient(linear, here, mask, radius, signed=False), projected_gradient(linear, here, mask, radius, 30)):
        assert torch.isclose((slope * search).sum(), best, rtol=2e-2)
    signed = (slope * fast_gradient(linear, here, mask, radius)).sum()
    assert torch.isclose(signed, radius * slope.abs().sum(-1)[mask].sum() / H ** 0.5, rtol=1e-4) and signed <= best * 1.0001
    root = torch.randn(H, H, generator=generator); curved = root @ root.T + torch.diag(torch.arange(1.0, H + 1))
    def bowl(e): return ((e - here) @ curved * (e - here)).sum() / 2
    found = virtual_direction(bowl, here, mask, radius, steps=200, seed=seed)
    growth = torch.linalg.eigvalsh(curved)[-1] * radius ** 2 / 2 * mask.sum()
    assert torch.isclose(bowl(here + found), growth, rtol=2e-2)


def test_tiny_gradients_keep_their_direction():
    shift = fast_gradient(lambda e: (torch.tensor([3e-30, 4e-30]) * e).sum(), torch.zeros(1, 1, 2), torch.tensor([[True]]), 1.0, signed=False)
    assert torch.allclose(shift, torch.tensor([[[0.6, 0.8]]]), atol=1e-5)


def test_aligned_logits():
    batch, other = random_batch(6, ((4, 3), (2, 5))), random_batch(6, ((1, 3), (7, 5)))
    for b, (p, q, a) in enumerate(((4, 1, 3), (2, 7, 5))): other["labels"][b, q:q + a] = batch["labels"][b, p:p + a]
    logits = torch.randn(*batch["labels"].shape, V, generator=torch.Generator().manual_seed(0))
    there = align_logits(logits, batch["labels"], other["labels"])
    assert there.shape == (*other["labels"].shape, V)
    for b, (p, q, a) in enumerate(((4, 1, 3), (2, 7, 5))): assert torch.equal(there[b, q - 1:q + a - 1], logits[b, p - 1:p + a - 1])
    assert torch.equal(align_logits(there, other["labels"], batch["labels"])[:, :-1][batch["labels"][:, 1:] != -100], logits[:, :-1][batch["labels"][:, 1:] != -100])
    other["labels"][1, 8] = (other["labels"][1, 8] + 1) % V
    with pytest.raises(IOAError, match="answers of example 1 differ"): align_logits(logits, batch["labels"], other["labels"])
    with pytest.raises(IOAError, match="of the same examples"): align_logits(logits, batch["labels"], other["labels"][:1])


def test_texts_of_the_classroom():
    room, student, teacher = Classroom(), load_lm("classroom/student"), load_lm("classroom/teacher")
    items = room.probes("one_step_story", 4, "gate", 0)
    def encode(items, style=None): return collate([encode_example(student.tokenizer, room.messages(i, style), room.solve(i, "scaffolded")) for i in items], student.tokenizer.pad_token_id)
    clean = encode(items, "scaffolded")
    with torch.no_grad(): logits = teacher.model(**{k: v for k, v in clean.items() if k != "labels"}).logits
    for how in ("typos", "distractor", "rename"):
        changed = encode([room.perturb(i, how) for i in items])
        loss = text_adversarial_loss(student.model, changed, clean, teacher.model, temperature=2.0)
        assert torch.equal(loss, text_adversarial_loss(student.model, changed, clean, logits, temperature=2.0))
        with torch.no_grad(): q = student.model(**{k: v for k, v in changed.items() if k != "labels"}).logits[:, :-1][changed["labels"][:, 1:] != -100]
        assert torch.isclose(loss, forward_kl(q, logits[:, :-1][clean["labels"][:, 1:] != -100], temperature=2.0).mean(), rtol=1e-4)
    with pytest.raises(IOAError, match="ask the teacher about the changed question"): text_adversarial_loss(student.model, encode([room.perturb(i, "numbers") for i in items]), clean, teacher.model)


def damaged():
    model = llama(0)
    with torch.no_grad(): model.model.layers[0].mlp.up_proj.weight[0, 0] = float("nan")
    return model


BATCH = random_batch(7)
LOGITS = torch.zeros(3, 7, V)


@pytest.mark.parametrize("call, line", [
    (lambda: adversarial_loss(STUDENT, BATCH, TEACHER, radius=0), "radius is 0; choose a share"),
    (lambda: adversarial_loss(STUDENT, BATCH, TEACHER, radius=float("nan")), "radius is nan"),
    (lambda: adversarial_loss(STUDENT, BATCH, TEACHER, "worst"), "unknown method 'worst'; choose one of fgsm, pgd, vat"),
    (lambda: adversarial_loss(STUDENT, BATCH, None, "fgsm"), "fgsm needs a teacher"),
    (lambda: adversarial_loss(STUDENT, BATCH, TEACHER, "pgd", steps=0), "steps is 0"),
    (lambda: adversarial_loss(STUDENT, BATCH, TEACHER, "vat", steps=0), "steps is 0"),
    (lambda: adversarial_loss(STUDENT, BATCH, TEACHER, temperature=0), "temperature is 0"),
    (lambda: adversarial_loss(STUDENT, BATCH, LOGITS.index_fill(0, torch.tensor([1]), float("nan"))), "NaN in example 1"),
    (lambda: adversarial_loss(STUDENT, BATCH, LOGITS[..., :5]), "differ"),
    (lambda: adversarial_loss(damaged(), BATCH, None), "student's logits are NaN in example 0"),
    (lambda: adversarial_loss(damaged(), BATCH, TEACHER), "not finite in example 0"),
    (lambda: adversarial_loss(STUDENT, {**BATCH, "labels": BATCH["input_ids"]}, TEACHER), "no prompt position to perturb"),
])
def test_bad_input_is_told_in_one_line(call, line):
    with pytest.raises(IOAError) as told: call()
    assert line in str(told.value) and "\n" not in str(told.value)
