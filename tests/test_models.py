"Models from elsewhere: end tokens, spaces, windows, templates and contexts that the classroom's own do not have"
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, Gemma3ForCausalLM, Gemma3TextConfig, LlamaConfig, LlamaForCausalLM, LlamaTokenizer, MistralConfig, MistralForCausalLM

from ioa_nb.benchmarks.humaneval import run_completion
from ioa_nb.core import IOAError
from ioa_nb.models import CHAT_TEMPLATE, HFModel, Request, Sampling, load_lm, prepare_tokenizer
from ioa_nb.training import encode_example


@pytest.fixture
def student(): return load_lm("classroom/student")


def asked(question): return Request(({"role": "user", "content": question},))


# -- where an answer ends ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("named", (None, 1, [1, 2]))
def test_an_answer_ends_where_lessons_end_whatever_the_models_settings_name(student, named):
    request = asked("What is 3 + 4?")
    (before,), = student.generate([request], Sampling(60))
    student.model.generation_config.eos_token_id = named
    assert student.generate([request], Sampling(60)) == [[before]] and before.finish_reason == "stop"
    assert student.model.generation_config.eos_token_id == named          # a model that is only asked is not changed


def test_an_end_token_that_only_the_models_settings_name_ends_an_answer_too(student):
    (full,), = student.generate([asked("What is 3 + 4?")], Sampling(60))
    student.model.generation_config.eos_token_id = [student.tokenizer.eos_token_id, full.token_ids[2]]
    (short,), = student.generate([asked("What is 3 + 4?")], Sampling(60))
    assert short.token_ids == full.token_ids[:short.completion_tokens] and short.completion_tokens <= 3 and short.finish_reason == "stop"


# -- spaces at the beginning ---------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def spaced(): # a model whose tokenizer drops a space where it begins to decode, as Llama 2's does
    words = ["<unk>", "<s>", "</s>", *[f"<0x{b:02X}>" for b in range(256)], "▁", "▁▁", "▁▁▁", "▁▁▁▁", *sorted(set('abcdefghijklmnopqrstuvwxyz0123456789_():.+"#'))]
    tokenizer = LlamaTokenizer(vocab={w: i for i, w in enumerate(words)}, merges=[("▁", "▁"), ("▁▁", "▁"), ("▁▁", "▁▁")], pad_token="<unk>")
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    config = LlamaConfig(vocab_size=len(words), hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, eos_token_id=2, pad_token_id=0)
    return HFModel(LlamaForCausalLM(config), tokenizer, "spaced")


def saying(lm, text, monkeypatch): # the model made to write a text, and its end
    ids = lm.tokenizer("\n" + text, add_special_tokens=False)["input_ids"]
    ids = ids[lm.tokenizer.convert_ids_to_tokens(ids).index("<0x0A>") + 1:] + [lm.tokenizer.eos_token_id]
    def generate(input_ids, max_new_tokens, logits_processor, **rest):
        for i in ids[:max_new_tokens]:
            scores = torch.full((len(input_ids), len(lm.tokenizer)), -1e4).index_fill(1, torch.tensor([i]), 0.0)
            input_ids = torch.cat([input_ids, logits_processor(input_ids, scores).argmax(-1, keepdim=True)], 1)
        return input_ids
    monkeypatch.setattr(lm.model, "generate", generate)
    return lm


@pytest.mark.parametrize("spaces", (0, 1, 2, 3, 4, 8))
def test_an_answer_that_continues_a_text_keeps_its_indent(spaced, spaces, monkeypatch):
    body = " " * spaces + "return a + b"
    saying(spaced, body, monkeypatch)
    (plain,), (chat,) = spaced.generate(["def add(a, b):\n", asked("add")], Sampling(16))
    assert plain.text == body and chat.text == body.removeprefix(" ") and plain.token_ids == chat.token_ids
    (cut,), = spaced.generate(["def add(a, b):\n"], Sampling(16, stop=(" + b",)))
    assert cut.text == " " * spaces + "return a"


def test_a_function_whose_body_is_written_by_such_a_model_runs(spaced, monkeypatch):
    row = dict(task_id="t/0", prompt='def add(a, b):\n    """sum."""\n', entry_point="add", test="def check(f):\n    assert f(1, 2) == 3")
    (body,), = saying(spaced, "    return a + b", monkeypatch).generate([row["prompt"]], Sampling(16))
    assert run_completion(row, body.text).result == "passed"


# -- layers that do not look at the whole text ---------------------------------------------------------------------

@pytest.mark.parametrize("model, config, window", ((MistralForCausalLM, MistralConfig, None), (MistralForCausalLM, MistralConfig, 40), (Gemma3ForCausalLM, Gemma3TextConfig, 40)))
def test_a_window_sees_the_same_in_company(student, model, config, window, monkeypatch):
    from ioa_nb import models
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = model(config(vocab_size=len(student.tokenizer), hidden_size=64, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
                            sliding_window=window, pad_token_id=0, initializer_range=0.3))
        start = torch.randint(10, 100, (20,)).tolist()
        prompts = [start + torch.randint(10, 100, (n,)).tolist() for n in (3, 30, 12)]
    lm, shared, common = HFModel(made.eval(), student.tokenizer), [], models.common_start
    monkeypatch.setattr(made, "num_parameters", lambda: 10**8)
    monkeypatch.setattr(models, "common_start", lambda prompts: shared.append(common(prompts)) or shared[-1])
    together, alone = lm.continue_ids(prompts, "abc", Sampling(12)), [lm.continue_ids([p], "a", Sampling(12))[0] for p in prompts]
    for a, b in zip(together, alone): assert a.token_ids == b.token_ids and torch.allclose(torch.tensor(a.logprobs), torch.tensor(b.logprobs), atol=1e-3)
    assert any(shared) == (window is None)                               # all look at the whole text: the common beginning is still read once


# -- templates that refuse -----------------------------------------------------------------------------------------

GEMMA = ("{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
         "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
         "{{ message['role'] + ': ' + message['content'] | trim + '\n' }}{% endfor %}{% if add_generation_prompt %}{{'assistant: '}}{% endif %}")
TURNS = [dict(role=r, content=c) for r, c in (("system", "brief"), ("user", "2 = 2?"), ("assistant", "yes"), ("user", "3 = 3?"))]


def test_a_system_turn_that_the_template_refuses_begins_the_first_question(student, tmp_path):
    tokenizer = student.tokenizer
    tokenizer.chat_template = GEMMA
    with pytest.raises(IOAError, match="'classroom/student' refuses these messages, system, user, assistant, user: System role not supported"): student.encode(Request(tuple(TURNS)))
    before = student.encode(Request(tuple(TURNS[1:])))
    prepare_tokenizer(tokenizer, "gemma").save_pretrained(tmp_path)
    folded = [dict(role="user", content="brief\n\n2 = 2?"), *TURNS[2:]]
    for t in (tokenizer, type(tokenizer).from_pretrained(tmp_path)):
        one, two = (prepare_tokenizer(t).apply_chat_template(m, tokenize=False, add_generation_prompt=True) for m in (TURNS, folded))
        assert one == two == "user: brief\n\n2 = 2?\nassistant: yes\nuser: 3 = 3?\nassistant: "
    asked = student.encode(Request(tuple(TURNS)))
    assert encode_example(tokenizer, TURNS, "yes")["input_ids"][:len(asked)] == asked and student.encode(Request(tuple(TURNS[1:]))) == before
    with pytest.raises(IOAError, match="must alternate"): student.encode(Request(tuple(TURNS[1:2] * 2)))


def test_a_template_with_room_for_a_system_turn_is_left_alone(student):
    for template in (CHAT_TEMPLATE, "{{ raise_exception('never') }}", {"default": GEMMA}):
        student.tokenizer.chat_template = template
        assert prepare_tokenizer(student.tokenizer).chat_template == template


# -- devices -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("device", ("gpu", "None", "cuda:x"))
def test_a_device_that_is_none_is_one_line(device):
    with pytest.raises(IOAError, match=f"device is '{device}'; choose cpu, cuda, cuda:1, mps or auto"): load_lm("classroom/student", device)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is at hand")
def test_a_device_that_is_not_there_is_one_line():
    with pytest.raises(IOAError, match="cannot load model 'classroom/student': .*[Cc][Uu][Dd][Aa]"): load_lm("classroom/student", "cuda")


# -- contexts ------------------------------------------------------------------------------------------------------

def test_an_answer_ends_with_the_table_of_positions(student):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = GPT2LMHeadModel(GPT2Config(vocab_size=len(student.tokenizer), n_embd=32, n_layer=1, n_head=2, n_positions=64, pad_token_id=0, bos_token_id=None, eos_token_id=None)).eval()
    lm = HFModel(model, student.tokenizer, "table")
    asked = ["7 + 8", "7 + 8 " * 18, "7 + 8 " * 21]
    together, alone = lm.generate(asked, Sampling(100)), [lm.generate([a], Sampling(100))[0] for a in asked]
    assert [[(g.token_ids, g.finish_reason) for g in gs] for gs in together] == [[(g.token_ids, g.finish_reason) for g in gs] for gs in alone]
    assert [g.prompt_tokens + g.completion_tokens for g, in together] == [64] * 3 and {g.finish_reason for g, in together} == {"length"}
    with pytest.raises(IOAError, match="do not fit into the context of 'table', 64 tokens"): lm.generate(["7 + 8 " * 22])


def test_an_answer_may_grow_beyond_the_context_where_positions_are_rotations(student):
    student.model.config.max_position_embeddings = 12
    (short,), = student.generate(["7 + 8"], Sampling(30))
    student.model.config.max_position_embeddings = 256
    assert [[short]] == student.generate(["7 + 8"], Sampling(30)) and short.prompt_tokens + short.completion_tokens > 12
