"Sparse, differently padded and foreign teachers: float64 references, properties, and the defects they must not have"
import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ioa_nb.core import IOAError
from ioa_nb.losses_sparse import (align_spans, collate_logits, example_hash, mass_covered, read_info, read_logits, shared_vocabulary, span_positions, sparse_logit_loss,
                                  top_log_probs, universal_logit_loss, write_logits)
from ioa_nb.models import SPECIAL, build_tokenizer
from tokenizers import Regex, Tokenizer, pre_tokenizers, trainers
from tokenizers import models as tokenizer_models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

FEW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10_000)
WORDS = "Ada has 46 apples and 9 pears . 46 + 9 = 55 . #### 55 Ada has no apples"


def draw(seed, *shape, scale=2.0): return scale * torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def some_labels(seed, B, T, V):
    g = torch.Generator().manual_seed(seed)
    return torch.randint(0, V, (B, T), generator=g).masked_fill(torch.rand(B, T, generator=g) < 0.4, -100)


def reference_kl(student, teacher, labels, T, k=None): # loops over positions, the true KL or the one over k + 1 buckets; mean and count
    total, count = 0.0, 0
    for b in range(labels.shape[0]):
        for t in range(labels.shape[1] - 1):
            if labels[b, t + 1] == -100: continue
            count += 1
            p, q = ([float(v) for v in torch.softmax(x[b, t].double() / T, -1)] for x in (teacher, student))
            if k is not None:
                order = sorted(range(len(p)), key=lambda v: -p[v])
                p, q = ([x[v] for v in order[:k]] + ([sum(x[v] for v in order[k:])] if k < len(p) else []) for x in (p, q))
            total += T * T * sum(a * math.log(a / c) for a, c in zip(p, q) if a > 0)
    return total / max(count, 1), count


# -- the loss on the top k -----------------------------------------------------------------------------------------

@FEW
@given(seeds, st.integers(1, 7), st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([torch.float32, torch.float64]))
def test_sparse_loss_equals_a_loop_in_float64(seed, k, T, dtype):
    student, teacher, labels = draw(seed, 2, 5, 7), draw(seed + 1, 2, 5, 7), some_labels(seed, 2, 5, 7)
    want, _ = reference_kl(student, teacher, labels, T, k)
    rows = top_log_probs(teacher[:, :-1][labels[:, 1:] != -100].to(dtype), k, T)
    got = sparse_logit_loss(student.to(dtype), *rows, labels, T)
    assert abs(got.item() - want) <= (1e-10 if dtype == torch.float64 else 1e-5) * max(1, abs(want))


@FEW
@given(seeds, st.sampled_from([0.7, 1.0, 3.0]))
def test_with_every_entry_it_is_the_forward_kl(seed, T):
    student, teacher, labels = draw(seed, 2, 5, 7), draw(seed + 1, 2, 5, 7), some_labels(seed, 2, 5, 7)
    want, _ = reference_kl(student, teacher, labels, T)
    rows = top_log_probs(teacher[:, :-1][labels[:, 1:] != -100], 7, T)
    assert sparse_logit_loss(student, *rows, labels, T).item() == pytest.approx(want, abs=1e-10)


@FEW
@given(seeds, st.sampled_from([0.7, 1.0, 3.0]))
def test_it_is_a_lower_bound_that_tightens_with_k(seed, T):
    student, teacher, labels = draw(seed, 2, 5, 7), draw(seed + 1, 2, 5, 7), some_labels(seed, 2, 5, 7)
    picked = teacher[:, :-1][labels[:, 1:] != -100]
    values = [sparse_logit_loss(student, *top_log_probs(picked, k, T), labels, T, "sum").item() for k in range(1, 8)]
    assert values[0] >= 0 and all(a <= b + 1e-10 for a, b in zip(values, values[1:]))
    mean, count = reference_kl(student, teacher, labels, T)
    assert values[-1] == pytest.approx(mean * count, abs=1e-9)


@FEW
@given(seeds, st.integers(1, 6), st.floats(-50, 50))
def test_zero_when_equal_and_blind_to_a_constant_on_all_logits(seed, k, constant):
    teacher, labels = draw(seed, 2, 5, 6), some_labels(seed, 2, 5, 6)
    rows = top_log_probs(teacher[:, :-1][labels[:, 1:] != -100], k)
    assert sparse_logit_loss(teacher + constant, *rows, labels).item() == pytest.approx(0, abs=1e-10)


@FEW
@given(seeds, st.integers(1, 5), st.sampled_from([1.0, 2.0]))
def test_sparse_gradient_is_right(seed, k, T):
    student, labels = draw(seed, 1, 3, 5).requires_grad_(), torch.tensor([[-100, 1, 2]])
    rows = top_log_probs(draw(seed + 1, 2, 5), k, T)
    assert torch.autograd.gradcheck(lambda x: sparse_logit_loss(x, *rows, labels, T), (student,))


@FEW
@given(seeds, st.integers(1, 6))
def test_accumulated_micro_batches_equal_the_whole_batch(seed, k):
    student, teacher, labels = draw(seed, 4, 5, 6), draw(seed + 1, 4, 5, 6), some_labels(seed, 4, 5, 6)
    def loss(rows, n): return sparse_logit_loss(student[rows], *top_log_probs(teacher[rows][:, :-1][labels[rows][:, 1:] != -100], k), labels[rows], num_items=n)
    n = (labels[:, 1:] != -100).sum()
    assert torch.allclose(loss(slice(0, 1), n) + loss(slice(1, 4), n), loss(slice(0, 4), None), atol=1e-12)


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_logits_of_ten_thousand_and_impossible_tokens_stay_finite(k, dtype):
    student = torch.tensor([[[1e4, -1e4, 0, 3, -1e4], [0.0] * 5]], dtype=dtype, requires_grad=True)
    teacher = torch.tensor([[1e4, 0.0, -1e4, float("-inf"), 5]], dtype=dtype)
    loss = sparse_logit_loss(student, *top_log_probs(teacher, k), torch.tensor([[-100, 0]]))
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(student.grad).all()


def test_all_masked_is_zero_with_finite_gradients():
    student = draw(0, 2, 3, 5).requires_grad_()
    loss = sparse_logit_loss(student, torch.zeros(0, 2, dtype=torch.long), torch.zeros(0, 2), torch.zeros(0), torch.full((2, 3), -100))
    assert loss.item() == 0 and (torch.autograd.grad(loss, student)[0] == 0).all()


@FEW
@given(seeds, st.sampled_from([float("nan"), 1e30]))
def test_padding_is_never_counted(seed, garbage):
    student, teacher, labels = draw(seed, 2, 5, 6), draw(seed + 1, 2, 5, 6), some_labels(seed, 2, 5, 6)
    rows = top_log_probs(teacher[:, :-1][labels[:, 1:] != -100], 3)
    wide = torch.nn.functional.pad(student, (0, 0, 0, 3), value=garbage)
    assert torch.equal(sparse_logit_loss(student, *rows, labels), sparse_logit_loss(wide, *rows, torch.nn.functional.pad(labels, (0, 3), value=-100)))


@FEW
@given(seeds, st.integers(1, 6))
def test_covered_mass_is_the_sum_of_the_top(seed, k):
    ids, log_probs, tail = top_log_probs(draw(seed, 4, 6), k)
    assert torch.allclose(mass_covered(tail), log_probs.exp().sum(-1), atol=1e-12)
    assert torch.allclose(log_probs.exp().sum(-1) + tail.exp(), torch.ones(4, dtype=torch.float64))


# -- the store -----------------------------------------------------------------------------------------------------

def llama(V, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(LlamaConfig(vocab_size=V, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, bos_token_id=0, eos_token_id=0,
                                            initializer_range=0.5)).eval()


def some_examples(n=7, V=23): # of different lengths; the third has no label at all
    g = torch.Generator().manual_seed(3)
    rows = [torch.randint(0, V, (3 + i % 4,), generator=g).tolist() for i in range(n)]
    return [dict(input_ids=r, labels=[-100] * (len(r) if i == 2 else 1 + i % 2) + r[len(r) if i == 2 else 1 + i % 2:]) for i, r in enumerate(rows)]


@pytest.fixture
def store(tmp_path):
    examples, teacher = some_examples(), llama(23)
    write_logits(tmp_path/"store", teacher, examples, k=4, batch_size=3, shard_rows=3)
    return tmp_path/"store", examples, teacher, str(tmp_path/"cache")


def test_what_is_read_is_what_the_teacher_says_of_each_example_alone(store):
    folder, examples, teacher, cache = store
    for row, example in zip(read_logits(folder, examples, cache_dir=cache), examples):
        with torch.no_grad(): logits = teacher(input_ids=torch.tensor([example["input_ids"]])).logits[0, :-1]
        want = top_log_probs(logits[torch.tensor(example["labels"][1:]) != -100], 4)
        got = collate_logits([row])
        if not len(got[0]): assert example["labels"].count(-100) == len(example["labels"]); continue
        assert torch.equal(got[0], want[0]) and torch.allclose(got[1], want[1], atol=1e-5) and torch.allclose(got[2], want[2], atol=1e-5)


def test_the_metadata_says_what_the_store_holds(store):
    folder, examples, *_ = store
    info = read_info(folder)
    assert (info.k, info.vocabulary, info.temperature, info.rows, info.tokens) == (4, 23, 1.0, 7, sum(x != -100 for e in examples for x in e["labels"][1:]))
    assert 0 < info.covered < 1 and json.loads((folder/"info.json").read_text())["k"] == 4


@pytest.mark.parametrize("change, row", [
    (lambda e: e[:2] + e[3:], "row 2 .*its row is 3"), (lambda e: [e[1], e[0], *e[2:]], "row 0 .*its row is 1"), (lambda e: e[:-1], "row 6 has no partner"),
    (lambda e: [*e, e[0]], "row 7 has no partner"), (lambda e: [*e[:4], {k: v[:-1] for k, v in e[4].items()}, *e[5:]], "row 4 .*the example has changed"),
    (lambda e: [*e[:5], dict(input_ids=e[5]["input_ids"], labels=[-100] * len(e[5]["labels"])), *e[6:]], "row 5 .*the example has changed"),
])
def test_teacher_rows_silently_misaligned_with_student_rows(store, change, row):
    folder, examples, _, cache = store
    with pytest.raises(IOAError, match=row): read_logits(folder, change(examples), cache_dir=cache)


def test_teacher_rows_misaligned_after_reading_are_refused(store):
    folder, examples, _, cache = store
    rows = list(read_logits(folder, examples, cache_dir=cache))
    rows[1] = {**rows[1], "teacher_tail": rows[0]["teacher_tail"] + [0.0], }
    with pytest.raises(IOAError, match="row 1 of the batch does not match its hash"): collate_logits(rows)
    ids, log_probs, tail = collate_logits(rows[3:5])
    labels = torch.nn.utils.rnn.pad_sequence([torch.tensor(r["labels"]) for r in rows[3:6]], batch_first=True, padding_value=-100)
    with pytest.raises(IOAError, match=f"{len(tail)} teacher rows for"): sparse_logit_loss(torch.zeros(*labels.shape, 23), ids, log_probs, tail, labels)


def test_a_shuffled_dataset_keeps_each_row_with_its_example(store):
    folder, examples, teacher, cache = store
    rows = list(read_logits(folder, examples, cache_dir=cache).shuffle(seed=1))
    pad = lambda key, value: torch.nn.utils.rnn.pad_sequence([torch.tensor(r[key]) for r in rows], batch_first=True, padding_value=value)
    with torch.no_grad(): logits = teacher(input_ids=pad("input_ids", 0)).logits
    assert sparse_logit_loss(logits, *collate_logits(rows), pad("labels", -100)).item() == pytest.approx(0, abs=1e-5)


def test_a_store_that_is_written_again_is_read_anew(store):
    folder, examples, teacher, cache = store
    read_logits(folder, examples, cache_dir=cache)
    write_logits(folder, llama(23, seed=9), examples, k=4, batch_size=3, shard_rows=3)
    again = collate_logits(list(read_logits(folder, examples, cache_dir=cache)))
    write_logits(folder.parent/"other", llama(23, seed=9), examples, k=4, batch_size=3, shard_rows=3)
    assert all(torch.equal(a, b) for a, b in zip(again, collate_logits(list(read_logits(folder.parent/"other", examples, cache_dir=cache)))))


@pytest.mark.parametrize("bad, words", [(lambda f: (f/"info.json").unlink(), "missing file"), (lambda f: (f/"info.json").write_text("{}"), "is no store of log-probabilities"),
                                        (lambda f: [p.unlink() for p in f.glob("*.parquet")], "has no logits"), (lambda f: (f/"logits-00002.parquet").unlink(), "row 6 has no partner")])
def test_a_damaged_store_is_refused(store, bad, words):
    folder, examples, _, cache = store
    bad(folder)
    with pytest.raises(IOAError, match=words): read_logits(folder, examples, cache_dir=cache)


def test_a_teacher_with_nan_is_named_and_leaves_nothing_behind(tmp_path):
    teacher = llama(23)
    with torch.no_grad(): teacher.model.embed_tokens.weight[5] = float("nan")
    examples = [dict(input_ids=[1, 2, 3], labels=[-100, 2, 3])] * 4 + [dict(input_ids=[1, 5, 3], labels=[-100, 5, 3])]
    with pytest.raises(IOAError, match="NaN in example 4"): write_logits(tmp_path/"store", teacher, examples, k=2, batch_size=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options, words", [(dict(k=0), "k is 0; choose 1 to 23"), (dict(k=24), "k is 24"), (dict(k=9, vocabulary=8), "k is 9; choose 1 to 8"), (dict(temperature=0), "temperature is 0")])
def test_a_store_of_nonsense_is_not_written(tmp_path, options, words):
    with pytest.raises(IOAError, match=words): write_logits(tmp_path/"store", llama(23), some_examples(), **options)
    assert not (tmp_path/"store").exists()


@FEW
@given(st.lists(st.tuples(st.integers(0, 2 ** 31), st.integers(-100, 2 ** 31)), min_size=1, max_size=9), st.data())
def test_one_changed_number_changes_the_hash(pairs, data):
    ids, labels = ([x[i] for x in pairs] for i in (0, 1))
    at, which = data.draw(st.integers(0, len(pairs) - 1)), data.draw(st.sampled_from([0, 1]))
    changed = [list(ids), list(labels)]; changed[which][at] += 1
    assert example_hash(ids, labels) == example_hash(torch.tensor(ids), labels) != example_hash(*changed)


# -- vocabularies --------------------------------------------------------------------------------------------------

def words(): return build_tokenizer([WORDS] * 2)


@pytest.mark.parametrize("student_extra, teacher_extra", [(0, 0), (0, 41), (13, 0), (5, 64)])
def test_vocabularies_that_differ_by_padding_inside_one_family(student_extra, teacher_extra):
    real = len(words())
    assert shared_vocabulary(words(), words(), real + student_extra, real + teacher_extra) == real
    student, teacher, labels = draw(0, 1, 4, real + student_extra), draw(1, 1, 4, real + teacher_extra), torch.tensor([[-100, 3, -100, 2]])
    want, _ = reference_kl(student[..., :real], teacher[..., :real], labels, 1.0, 3)
    rows = top_log_probs(teacher[:, :-1, :real][labels[:, 1:] != -100], 3)
    assert sparse_logit_loss(student[..., :real], *rows, labels).item() == pytest.approx(want, abs=1e-10)


def test_a_store_is_cut_to_the_shared_vocabulary(tmp_path):
    write_logits(tmp_path/"store", llama(40), some_examples(), k=23, vocabulary=23)
    rows = read_logits(tmp_path/"store", some_examples(), cache_dir=str(tmp_path/"cache"))
    assert max(max(r["teacher_ids"], default=0) for r in rows) < 23
    write_logits(tmp_path/"wide", llama(40), some_examples(), k=40)
    row = read_logits(tmp_path/"wide", some_examples(), cache_dir=str(tmp_path/"cache"))[0]
    with pytest.raises(IOAError, match="the teacher names token 39 and the student has 23 entries"):
        sparse_logit_loss(torch.zeros(1, len(row["labels"]), 23), *collate_logits([row]), torch.tensor([row["labels"]]))


def test_a_logit_loss_between_different_tokenizers_is_refused_with_the_remedy():
    other = build_tokenizer([WORDS.replace("apples", "quinces")] * 2)
    with pytest.raises(IOAError, match=r"id \d+ is 'apples' to the student and 'has' to the teacher.*use universal_logit_loss over align_spans"):
        shared_vocabulary(words(), other, len(words()), len(other))
    more = words(); more.add_tokens(["<|tool|>"])
    with pytest.raises(IOAError, match=f"id {len(words())} is no token to the student and '<|tool|>' to the teacher".replace("|", r"\|")): shared_vocabulary(words(), more, 300, 300)
    with pytest.raises(IOAError, match="student_size is 9 and its tokenizer has"): shared_vocabulary(words(), words(), 9, 300)


# -- alignment -----------------------------------------------------------------------------------------------------

def characters(): # one token a character, white space included
    inner = Tokenizer(tokenizer_models.WordLevel({c: i for i, c in enumerate(["<|unk|>", *map(chr, range(32, 127))])}, unk_token="<|unk|>"))
    inner.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="<|unk|>")


def byte_pairs():
    inner = Tokenizer(tokenizer_models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.train_from_iterator([WORDS] * 3, trainers.BpeTrainer(vocab_size=300, special_tokens=list(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return PreTrainedTokenizerFast(tokenizer_object=inner)


TOKENIZERS = {"words": words(), "characters": characters(), "bytes": byte_pairs()}
texts = st.one_of(st.text(st.sampled_from("Ada46 +=.#é漢🙂\n\t"), min_size=1, max_size=30), st.sampled_from([WORDS, "naïve  apples", " 4 6 ", "🙂🙂 Ada"])).filter(str.strip)


@settings(max_examples=150, deadline=None)
@given(texts, st.sampled_from(sorted(TOKENIZERS)), st.sampled_from(sorted(TOKENIZERS)))
def test_spans_partition_the_text_and_the_tokens_of_both(text, one, two):
    counts = [len(TOKENIZERS[t](text, add_special_tokens=False)["input_ids"]) for t in (one, two)]
    if not all(counts):
        with pytest.raises(IOAError, match="finds no token"): align_spans(TOKENIZERS[one], TOKENIZERS[two], text)
        return
    spans = align_spans(TOKENIZERS[one], TOKENIZERS[two], text)
    for side, count in (("student", counts[0]), ("teacher", counts[1]), ("text", len(text))):
        assert [i for s in spans for i in range(*getattr(s, side))] == list(range(count)) and all(getattr(s, side)[0] < getattr(s, side)[1] for s in spans)


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(sorted(TOKENIZERS)), st.sampled_from(sorted(TOKENIZERS)))
def test_a_span_holds_the_same_text_on_both_sides(text, one, two):
    offsets = [TOKENIZERS[t](text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"] for t in (one, two)]
    if not all(offsets): return
    for span in align_spans(TOKENIZERS[one], TOKENIZERS[two], text):
        for side, marks in zip((span.student, span.teacher), offsets):
            solid = [i for a, b in marks[slice(*side)] for i in range(a, b) if not text[i].isspace()]
            assert all(span.text[0] <= i < span.text[1] for i in solid)


def test_spans_are_the_shortest_there_are():
    spans = align_spans(TOKENIZERS["words"], TOKENIZERS["characters"], "Ada has 46")
    assert ["Ada has 46"[slice(*s.text)] for s in spans] == ["Ada ", "has ", "4", "6"]
    assert span_positions(spans, 2, 5, 50) == [(2, 4, 49), (2, 5, 53), (2, 6, 57), (2, 7, 58), (2, 8, 59)]


def test_a_tokenizer_without_offsets_is_named():
    class Slow: is_fast = False
    with pytest.raises(IOAError, match="Slow gives no character offsets"): align_spans(Slow(), words(), "Ada")


# -- universal logit distillation ----------------------------------------------------------------------------------

@FEW
@given(seeds, st.integers(2, 6), st.integers(2, 6), st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([torch.float32, torch.float64]))
def test_universal_loss_equals_a_loop_in_float64(seed, V, W, T, dtype):
    student, teacher, positions = draw(seed, 2, 3, V), draw(seed + 1, 2, 4, W), [(0, 0, 3), (1, 2, 1), (1, 0, 0)]
    want = 0.0
    for b, s, t in positions:
        p, q = (sorted(torch.softmax(x / T, -1).tolist(), reverse=True) + [0.0] * (max(V, W) - len(x)) for x in (teacher[b, t], student[b, s]))
        want += sum(abs(a - c) for a, c in zip(p, q)) / 3
    got = universal_logit_loss(student.to(dtype), teacher.to(dtype), positions, T)
    assert abs(got.item() - want) <= (1e-10 if dtype == torch.float64 else 1e-5) and 0 <= got <= 2


@FEW
@given(seeds, st.integers(2, 8))
def test_universal_loss_is_zero_for_equal_shapes_whatever_their_order(seed, V):
    x = draw(seed, 1, 1, V)
    assert universal_logit_loss(x, x[..., torch.randperm(V, generator=torch.Generator().manual_seed(seed))], [(0, 0, 0)]).item() == pytest.approx(0, abs=1e-12)


def test_universal_micro_batches_add_up_and_the_gradient_is_the_students():
    student, teacher, positions = draw(0, 2, 3, 5).requires_grad_(), draw(1, 2, 3, 7).requires_grad_(), [(0, 0, 1), (0, 2, 2), (1, 1, 0)]
    whole = universal_logit_loss(student, teacher, positions)
    assert whole.item() == pytest.approx(sum(universal_logit_loss(student, teacher, [p], num_items=3).item() for p in positions))
    whole.backward()
    assert teacher.grad is None and (student.grad[0, 1] == 0).all() and student.grad[0, 0].abs().sum() > 0
    assert torch.autograd.gradcheck(lambda x: universal_logit_loss(x, teacher, positions), (draw(5, 2, 3, 5).requires_grad_(),))
    nothing = universal_logit_loss(student, teacher, [])
    assert nothing.item() == 0 and (torch.autograd.grad(nothing, student)[0] == 0).all()


@pytest.mark.parametrize("call, match", [
    (lambda: universal_logit_loss(draw(0, 1, 2, 3), draw(0, 1, 2, 3), [(0, -1, 0)]), "student position -1 of example 0"),
    (lambda: universal_logit_loss(draw(0, 1, 2, 3), draw(0, 1, 2, 3), [(1, 0, 0)]), "student position 0 of example 1"),
    (lambda: universal_logit_loss(draw(0, 1, 2, 3), draw(0, 1, 2, 3), [(0, 0, 0)], reduction="max"), "unknown reduction 'max'"),
    (lambda: sparse_logit_loss(draw(0, 1, 2, 3), *top_log_probs(draw(0, 1, 3), 2), torch.zeros(1, 3, dtype=torch.long)), r"student logits are \(1, 2, 3\) and labels \(1, 3\)"),
    (lambda: sparse_logit_loss(draw(0, 1, 2, 3), torch.zeros(1, 2), torch.zeros(1, 3), torch.zeros(1), torch.zeros(1, 2, dtype=torch.long)), "do not belong together"),
    (lambda: sparse_logit_loss(draw(0, 1, 2, 3), *top_log_probs(draw(0, 1, 3), 2), torch.zeros(1, 2, dtype=torch.long), reduction="max"), "unknown reduction 'max'"),
])
def test_bad_input_is_named(call, match):
    with pytest.raises(IOAError, match=match): call()
