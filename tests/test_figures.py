"Numbers in prose: each has a source, and drifts of prose or rows are told"
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]/"tools"))
import figures  # noqa: E402
import links  # noqa: E402


def notebook(*cells): # text: markdown; (source, output): code
    made = [dict(cell_type="markdown", id=f"c{k}", metadata={}, source=[c]) if isinstance(c, str) else
            dict(cell_type="code", id=f"c{k}", metadata={}, execution_count=None, source=[c[0]], outputs=c[1]) for k, c in enumerate(cells)]
    return json.dumps(dict(cells=made, metadata={}, nbformat=4, nbformat_minor=5))


def book(root, listed, *cells):
    (root/"nbs").mkdir(exist_ok=True); (root/"tools").mkdir(exist_ok=True)
    (root/"nbs"/"a.ipynb").write_text(notebook(*cells), encoding="utf-8")
    (root/"tools"/"figures.toml").write_text(listed, encoding="utf-8")
    return figures.faults_in_prose(root)


SHOWN = ("accuracy", [dict(output_type="execute_result", data={"text/plain": ["0.8632"]}, metadata={}, execution_count=None)])


@pytest.mark.parametrize("prose", ["It reaches 0.86.", "It reaches 86 %.", "It reaches 0.863 of 1.", "Chapter 14b and Eq. 3 to 5 of 2026, `0.31`, $x = 0.5$, and three of 12."])
def test_what_a_cell_shows_and_what_names_something_needs_no_entry(tmp_path, prose):
    assert book(tmp_path, "", prose, SHOWN) == []


@pytest.mark.parametrize("prose, number", [("It reaches 0.87.", "0.87"), ("It reaches 87 %.", "87 %"), ("After 1,234 steps.", "1,234"), ("+0.86 and 44 more", "44"), ("It changes by −0.86.", "−0.86"), ("It changes by -86 %.", "-86 %")])
def test_a_number_from_nowhere_is_named_with_its_place(tmp_path, prose, number):
    fault, = book(tmp_path, "", prose, SHOWN)
    assert fault.startswith("nbs/a.ipynb") and number in fault and "comes from nowhere" in fault


def test_a_loss_is_written_with_its_sign_or_without_one_and_never_as_a_gain(tmp_path):
    loss = ("difference", [dict(output_type="execute_result", data={"text/plain": ["-0.8632"]}, metadata={}, execution_count=None)])
    assert book(tmp_path, "", "It loses 0.86, that is −0.86 or -86 %; a 0.86-model, from 0.86-0.87.", loss) == []
    assert "+0.86 in" in book(tmp_path, "", "It changes by +0.86.", loss)[0]


def test_exercises_are_left_to_their_own_checks(tmp_path):
    assert book(tmp_path, "", "<!-- exercise a.b -->\n**1 · check.** 47 books, 0.31 of them lent.", "<!-- solution a.b -->\n14 books.") == []


CLAIM = '[[claim]]\nfile = "nbs/a.ipynb"\ntext = "gains 0.12 over"\nvalues = ["0.24 / 2"]\n'


def test_a_claim_holds_until_the_prose_or_the_value_drifts(tmp_path):
    assert book(tmp_path, CLAIM, "IOA gains 0.12 over\nuniform.") == []
    assert "no longer says" in book(tmp_path, CLAIM, "IOA gains 0.13 over uniform.")[0]
    assert "is 0.13; more than" in book(tmp_path, CLAIM.replace("0.24 / 2", "0.26 / 2"), "IOA gains 0.12 over uniform.")[0]
    assert book(tmp_path, CLAIM.replace("0.24 / 2", "0.26 / 2") + "tolerance = 0.02\n", "IOA gains 0.12 over uniform.") == []
    assert "has 1 numbers and its claim 2" in book(tmp_path, CLAIM.replace('"]', '", "1"]'), "IOA gains 0.12 over uniform.")[0]
    assert "fails: NameError" in book(tmp_path, CLAIM.replace("0.24 / 2", "nobody"), "IOA gains 0.12 over uniform.")[0]


def test_claims_in_words_and_given_numbers(tmp_path):
    holds = '[[holds]]\nfile = "nbs/a.ipynb"\ntext = "ahead on every seed"\nthat = ["1 > 0"]\n'
    assert book(tmp_path, holds, "It is ahead on every seed.") == []
    assert "no longer holds" in book(tmp_path, holds.replace("1 > 0", "1 < 0"), "It is ahead on every seed.")[0]
    given = '[[given]]\nfile = "nbs/a.ipynb"\ntext = "speaks of 7.76 %"\nwhy = "the article"\n'
    assert book(tmp_path, given, "The article speaks of 7.76 %.") == []
    assert "take the entry out" in book(tmp_path, given, "Nothing.")[0]
    assert "does not say why" in book(tmp_path, given.replace('why = "the article"\n', ""), "The article speaks of 7.76 %.")[0]
    assert "which is not there" in book(tmp_path, given.replace("a.ipynb", "b.ipynb"), "Nothing.")[0]


def test_the_rows_of_the_repository_can_be_asked():
    assert figures.parameters("student") < figures.parameters("teacher") / 10
    assert 0 < figures.mean(figures.over("parts/rows", "macro", arm="ioa")) < 1


FIGURE = [dict(output_type="display_data", data={"image/svg+xml": ["<svg/>"]}, metadata={})]


def test_dead_links_and_pictures_without_words(tmp_path):
    (tmp_path/"nbs").mkdir(); (tmp_path/"course").mkdir()
    def write(*cells): (tmp_path/"nbs"/"a.ipynb").write_text(notebook(*cells), encoding="utf-8")
    (tmp_path/"README.md").write_text("# Top\n\n## A part of it\n[here](#a-part-of-it) and [there](nbs/a.ipynb)\n", encoding="utf-8")
    write("[up](../README.md#a-part-of-it) `[no](link)` ![seen](../README.md)", ("#| fig-alt: a line\nplot()", FIGURE), ("plot()", FIGURE), "*A line.*")
    assert links.dead_links(tmp_path) == [] and links.alt_texts(tmp_path) == []
    write("[up](../README.md#nothing) [gone](gone.ipynb) ![](../README.md)", ("plot()", FIGURE), "**Bold.**")
    assert len(links.dead_links(tmp_path)) == 2 and len(links.alt_texts(tmp_path)) == 2
