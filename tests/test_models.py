"Models from elsewhere: end tokens, spaces, windows, templates and contexts that the classroom's own do not have"
import json
from dataclasses import replace

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, Gemma3ForCausalLM, Gemma3TextConfig, LlamaConfig, LlamaForCausalLM, LlamaTokenizer, MistralConfig, MistralForCausalLM

from ioa_nb.benchmarks.humaneval import run_completion
from ioa_nb.core import IOAError, load_domain
from ioa_nb.models import CHAT_TEMPLATE, HFModel, Request, Sampling, load_lm, prepare_tokenizer
from ioa_nb.synthesis import rehearse
from ioa_nb.training import add_lora, encode_example, lora_targets
from ioa_nb.zone import begun, encode_helped


@pytest.fixture
def student(): return load_lm("classroom/student")


@pytest.fixture
def room(): return load_domain("classroom")


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


SHAPE = dict(hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2, pad_token_id=0, initializer_range=0.3)
RUNNING = dict(lfm2=dict(layer_types=["conv", "full_attention"]), falcon_h1=dict(head_dim=16, mamba_d_ssm=32, mamba_n_heads=2, mamba_d_head=16, mamba_n_groups=1, mamba_d_state=8, mamba_chunk_size=8))


@pytest.mark.parametrize("kind", RUNNING)
def test_a_layer_with_a_running_state_says_the_same_in_company(student, kind, monkeypatch):
    from transformers import AutoConfig, AutoModelForCausalLM
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, vocab_size=len(student.tokenizer), **SHAPE, **RUNNING[kind]))
        start = torch.randint(10, 100, (20,)).tolist()
        prompts = [start + torch.randint(10, 100, (n,)).tolist() for n in (3, 30, 12)]
    lm = HFModel(made.eval(), student.tokenizer)
    monkeypatch.setattr(made, "num_parameters", lambda: 10**8)              # large enough for a common beginning
    free = lm.continue_ids(prompts, "abc", Sampling(20))
    made.generation_config.eos_token_id = free[0].token_ids[2]              # one ends early
    together, alone = lm.continue_ids(prompts, "abc", Sampling(20)), [lm.continue_ids([p], "a", Sampling(20))[0] for p in prompts]
    assert [a.token_ids for a in together] == [b.token_ids for b in alone] and together[0].completion_tokens <= 3 < max(a.completion_tokens for a in together)


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


@pytest.mark.parametrize("rank, cuda, refused", ((None, "cuda", "cuda:1"), ("2", "cuda:2", "cuda:0")))
def test_each_process_has_a_card_of_its_own_and_trains_on_it(rank, cuda, refused, student, monkeypatch):
    from ioa_nb.models import _check_trained_on, pick_device
    from ioa_nb.training import fit
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    if rank: monkeypatch.setenv("LOCAL_RANK", rank)
    assert pick_device("cuda") == cuda and pick_device(refused) == refused          # who only answers may be anywhere
    for good in (cuda, "cuda", "cpu", "mps"): _check_trained_on(good)
    monkeypatch.setattr(type(student.model), "device", torch.device(refused))
    with pytest.raises(IOAError, match=f"device is {refused}, and this process trains on cuda:{rank or 0}; write cuda, .* CUDA_VISIBLE_DEVICES"): fit(student.model, student.tokenizer, [dict(input_ids=[1, 2], labels=[1, 2])], None)


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


# -- what comes with a model ---------------------------------------------------------------------------------------

def words(template=None, *more, begins=True):
    "A tokenizer of a few words; it begins every text with <s>, if it is to"
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast
    vocabulary = "<s> </s> <unk> <end_of_turn> <think> </think> User: Assistant: System: What is Be brief 3 + 4 = 7 ? #### user model".split()
    made = Tokenizer(WordLevel({w: i for i, w in enumerate(vocabulary)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if begins: made.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    fast = PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token="</s>", unk_token="<unk>", additional_special_tokens=["<end_of_turn>"])
    fast.chat_template = template
    return fast


def turns(end, opens="", system=True): return ("{{ bos_token }} {% for m in messages %}{% if m['role'] != 'system' or " + str(system).lower() + " %}{{ m['role'] + ' ' + m['content'] }} " + end + "\n{% endif %}{% endfor %}"
                                               "{% if add_generation_prompt %}assistant " + opens + "\n{% endif %}")


BRIEF = [dict(role="system", content="Be brief"), dict(role="user", content="What is 3 + 4")]


@pytest.mark.parametrize("settings", (dict(repetition_penalty=1.3), dict(no_repeat_ngram_size=2), dict(min_new_tokens=30), dict(suppress_tokens=list(range(20, 40))), dict(num_beams=3), dict(stop_strings=["####"]), dict(use_cache=False), dict(cache_implementation="static"), dict(return_dict_in_generate=True), dict(token_healing=True),
                                      dict(do_sample=True, temperature=2.0, top_k=3)))
def test_nothing_but_the_end_tokens_of_a_models_own_settings_is_used(student, room, settings):
    requests = [Request(tuple(room.messages(i)), key=i.key) for m in ("add_carry", "one_step_story") for i in room.probes(m, 3, "gate", seed=0)]
    before = [student.generate(requests, s) for s in (Sampling(40), Sampling(20, 0.7))]
    for name, value in settings.items(): setattr(student.model.generation_config, name, value)
    assert [student.generate(requests, s) for s in (Sampling(40), Sampling(20, 0.7))] == before
    assert all(getattr(student.model.generation_config, name) == value for name, value in settings.items())         # and they stay in its file


def test_an_answer_ends_as_the_chat_template_ends_it(caplog):
    tokenizer = prepare_tokenizer(words(turns("<end_of_turn>")), "gemma")
    assert tokenizer.eos_token == "<end_of_turn>" and tokenizer.pad_token not in ("<end_of_turn>", None) and "ends an answer with <end_of_turn>, its tokenizer with </s>" in caplog.text
    assert encode_example(tokenizer, BRIEF, "7")["labels"][-2:] == tokenizer.convert_tokens_to_ids(["7", "<end_of_turn>"])
    caplog.clear()
    for same in (turns("{{ eos_token }}"), turns("."), "{{ raise_exception('never') }}"): assert prepare_tokenizer(words(same), "other").eos_token == "</s>"
    assert not caplog.text


def test_a_student_says_in_its_folder_how_it_ends(student, tmp_path):
    student.tokenizer.add_special_tokens(dict(additional_special_tokens=["<|turn|>"]))
    student.model.resize_token_embeddings(len(student.tokenizer))
    student.tokenizer.chat_template = CHAT_TEMPLATE.replace("<|end|>", "<|turn|>")
    student.model.save_pretrained(tmp_path); student.tokenizer.save_pretrained(tmp_path)
    lm = load_lm(str(tmp_path), "cpu")
    assert lm.tokenizer.eos_token == "<|turn|>" and set(lm.model.generation_config.eos_token_id) == set(student.tokenizer.convert_tokens_to_ids(["<|end|>", "<|turn|>"]))


@pytest.mark.parametrize("settings, kept", ((dict(temperature=0.9, top_p=0.6), dict(do_sample=True, temperature=0.9, top_p=0.6)), (dict(early_stopping=True, length_penalty=2.0, num_beams=1), dict(early_stopping=None)),
                                            (dict(temperature=0.9, do_sample=False), dict(temperature=None)), (dict(repetition_penalty=1.1), dict(do_sample=None, repetition_penalty=1.1))))
def test_settings_that_contradict_each_other_can_be_saved_after_the_training(student, tmp_path, settings, kept):
    student.model.save_pretrained(tmp_path/"in"); student.tokenizer.save_pretrained(tmp_path/"in")
    (tmp_path/"in"/"generation_config.json").write_text(json.dumps(dict(eos_token_id=1, pad_token_id=0) | settings))         # another end than the tokenizer's: so that they are changed
    lm = load_lm(str(tmp_path/"in"), "cpu")
    lm.model.save_pretrained(tmp_path/"out"); lm.tokenizer.save_pretrained(tmp_path/"out")
    saved = load_lm(str(tmp_path/"out"), "cpu").model.generation_config
    assert {name: getattr(saved, name) for name in kept} == kept and saved.eos_token_id == [1, lm.tokenizer.eos_token_id] and saved.pad_token_id == 0


def test_a_system_turn_that_the_template_drops_begins_the_first_question():
    lm = HFModel(None, prepare_tokenizer(words(turns("", system=False)), "phi"))
    assert "Be brief What is 3 + 4" in " ".join(lm.tokenizer.decode(lm.encode(Request(tuple(BRIEF)))).split())


def test_a_text_begins_as_the_tokenizer_begins_it():
    def said(tokenizer, request): return HFModel(None, tokenizer).tokenizer.convert_ids_to_tokens(HFModel(None, tokenizer).encode(request))
    base, other = prepare_tokenizer(words(), "llama"), prepare_tokenizer(words(begins=False), "qwen")
    assert said(base, "What is 3") == ["<s>", "What", "is", "3"] and said(other, "What is 3") == ["What", "is", "3"]
    assert said(base, Request(tuple(BRIEF)))[0] == "<s>" and said(other, Request(tuple(BRIEF)))[0] == "System:"
    written = base.apply_chat_template(BRIEF, tokenize=False, add_generation_prompt=True)
    assert said(base, Request(prompt=written.replace("<s>", "<s> "), rendered=True)).count("<s>") == 1
    with pytest.raises(IOAError, match="an empty prompt"): said(base, "")


def test_thoughts_are_no_part_of_an_answer():
    tokenizer = prepare_tokenizer(words(turns("</s>", "<think>")), "r1")
    lm, row = HFModel(None, tokenizer), tokenizer("3 + 4 = ? </think> 3 + 4 = 7 #### 7 </s>", add_special_tokens=False)["input_ids"]
    answer = lm._answer(row, [-0.1] * len(row), 5, {tokenizer.eos_token_id}, Sampling())
    assert (answer.reasoning, answer.text, answer.completion_tokens) == ("3 + 4 = ?", "3 + 4 = 7 #### 7", len(row))
    assert "</think>" in lm._answer(row, [-0.1] * len(row), 5, {tokenizer.eos_token_id}, Sampling(), goes_on=True).text                    # what continues a text is left as it is
    lesson = encode_example(tokenizer, BRIEF, "#### 7")
    assert tokenizer.decode(lesson["input_ids"]).split()[-6:] == ["assistant" if "assistant" in tokenizer.get_vocab() else "<unk>", "<think>", "</think>", "####", "7", "</s>"]
    assert tokenizer.decode([t for t in lesson["labels"] if t >= 0]).split() == ["</think>", "####", "7", "</s>"]       # its student learns to close it
    cut = lm._answer(row[:5], [-0.1] * 5, 5, {tokenizer.eos_token_id}, Sampling(), opened=True)
    assert (cut.reasoning, cut.text) == ("3 + 4 = ?", "")                                                               # a thought that is cut short is no answer
    helped = encode_helped(tokenizer, BRIEF, "3 + 4 = 7. 7 + 4 = 7. #### 7", 1)
    assert tokenizer.decode([t for t in helped["labels"] if t >= 0]).split()[0] != "</think>" and begun(lm, BRIEF, "3 + 4").prompt.split()[-5:] == ["<think>", "</think>", "3", "+", "4"]


def test_a_rendered_prompt_gets_nothing_put_before_it():
    tokenizer = prepare_tokenizer(words(turns("</s>").replace("{{ bos_token }} ", "")), "tiny")
    lm = HFModel(None, tokenizer)
    assert tokenizer.decode(lm.encode(begun(lm, BRIEF, "3 + 4"))).split()[0] == "<unk>" and lm.encode("What")[0] == tokenizer.bos_token_id


def test_rehearsal_counts_what_is_trained_on_and_no_thoughts(room, student, monkeypatch):
    plain, thoughtful = rehearse(["add_facts"], student, room, 200), load_lm("classroom/student")
    answered = thoughtful.generate
    monkeypatch.setattr(thoughtful, "generate", lambda *a: [[replace(g, reasoning="hm", completion_tokens=g.completion_tokens + 500) for g in many] for many in answered(*a)])
    found = rehearse(["add_facts"], thoughtful, room, 200)
    assert sum(e.tokens for e in found.examples) >= 200 and sum(e.tokens for e in found.examples) < 300 and found.tokens > 500 * len(found.examples)
    assert [e.item for e in found.examples][:3] and abs(len(found.examples) - len(plain.examples)) <= 3


def test_code_that_comes_with_a_model_never_runs(student, tmp_path, monkeypatch):
    folder, marker = tmp_path/"remote", tmp_path/"ran"
    student.model.save_pretrained(folder); student.tokenizer.save_pretrained(folder)
    settings = json.loads((folder/"config.json").read_text())
    (folder/"config.json").write_text(json.dumps(settings | dict(model_type="mine", auto_map=dict(AutoConfig="mine.Mine", AutoModelForCausalLM="mine.Mine"))))
    (folder/"mine.py").write_text(f"open({str(marker)!r}, 'w').close()\nfrom transformers import PretrainedConfig\nclass Mine(PretrainedConfig): model_type = 'mine'\n")
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with pytest.raises(IOAError, match="cannot load model"): load_lm(str(folder), "cpu")
    assert not marker.exists()


@pytest.mark.parametrize("kind, more", (("llama", {}), ("mixtral", dict(num_local_experts=2, num_experts_per_tok=1)), ("qwen2_moe", dict(num_experts=2, num_experts_per_tok=1, moe_intermediate_size=16, shared_expert_intermediate_size=16))))
def test_a_round_is_taken_up_with_all_its_weights(kind, more, tmp_path):
    from types import SimpleNamespace
    from transformers import AutoConfig, AutoModelForCausalLM
    from ioa_nb.rounds import IOA
    shape = dict(hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2, vocab_size=64)
    taught, fresh = (AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **shape, **more)) for _ in range(2))
    taught.save_pretrained(tmp_path/"student")
    IOA._weights(SimpleNamespace(student=SimpleNamespace(model=fresh), optimizer=None), tmp_path)
    for (name, one), other in zip(taught.state_dict().items(), fresh.state_dict().values()): assert torch.equal(one, other), name


def test_adapters_go_where_queries_keys_and_values_are_one_matrix_and_nowhere_near_pictures():
    from transformers import AutoConfig, AutoModelForCausalLM
    shape = dict(hidden_size=32, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, vocab_size=64, pad_token_id=0)
    phi = AutoModelForCausalLM.from_config(AutoConfig.for_model("phi3", **shape))
    assert {n.rsplit(".", 1)[-1] for n in lora_targets(phi)} == {"qkv_proj", "o_proj"}
    both = torch.nn.ModuleDict(dict(vision_tower=torch.nn.ModuleDict(dict(q_proj=torch.nn.Linear(2, 2))), text=torch.nn.ModuleDict(dict(q_proj=torch.nn.Linear(2, 2)))))
    assert lora_targets(both) == ["text.q_proj"]
    phi.vision_tower = torch.nn.ModuleDict(dict(q_proj=torch.nn.Linear(2, 2)))
    assert not any("vision" in n for n, _ in add_lora(phi, rank=2).named_parameters() if "lora_" in n)
