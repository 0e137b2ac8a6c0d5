"Models from elsewhere: end tokens, spaces, windows, templates and contexts that the classroom's own do not have"
import pytest
import torch

from ioa_nb.models import Request, Sampling, load_lm


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
