# What a person or a machine needs to try, check and measure searchidx. Needs python3, make and a network.
#
#   make demo    install into .venv, index fixtures/ and search it
#   make test    everything a change must pass: tests on the lowest and highest Python found, lint, the bare package,
#                the bridge to Whoosh on whoosh3
#   make quick   style, types, layers and the quick tests: under a minute
#   make lint    style, types and the direction of imports only
#   make docs    write the generated pages again
#   make bench   measure against the peers
#   make golden  write the golden ranking and metrics again: look at the diff
#   make soak    the long runs of the property, crash, fuzz and corpus tests, part by part; hours: see SECURITY.md
#   make clean   remove what the above made

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: demo test quick lint docs bench golden soak clean test-lowest test-highest test-package test-whoosh3

# version and path of the lowest and the highest Python that will do
PYTHONS := $(if $(filter clean,$(MAKECMDGOALS)),,$(shell sh tools/find-pythons.sh))
LOWEST := $(word 1,$(PYTHONS))
HIGHEST := $(word 3,$(PYTHONS))
ifeq ($(LOWEST)$(filter clean,$(MAKECMDGOALS)),)
$(error no Python that will do)
endif

PIP := -m pip install --quiet --disable-pip-version-check --use-pep517
LOWEST_VENV := .venv-$(LOWEST)
HIGHEST_VENV := .venv-$(HIGHEST)
DEMO_VENV := .venv
PACKAGE_VENV := .venv-package
DEVELOP := $(LOWEST_VENV)/bin

demo: $(DEMO_VENV)/.installed
	@$(DEMO_VENV)/bin/python -m compileall -q searchidx
	@index=$$(mktemp -d) && trap 'rm -rf "$$index"' EXIT && export SEARCHIDX_INDEX="$$index/index" && \
	echo '$$ searchidx index fixtures/corpus' && $(DEMO_VENV)/bin/searchidx index fixtures/corpus && \
	echo && echo '$$ searchidx search 跑腿专员' && $(DEMO_VENV)/bin/searchidx search 跑腿专员

test: test-lowest test-highest lint test-package test-whoosh3
	@echo "all checks passed on Python $(LOWEST) and $(HIGHEST)"

test-lowest: $(LOWEST_VENV)/.installed
	$(LOWEST_VENV)/bin/python -m pytest

ifeq ($(LOWEST),$(HIGHEST))
test-highest:
else
test-highest: $(HIGHEST_VENV)/.installed
	$(HIGHEST_VENV)/bin/python -m pytest
endif

lint: $(LOWEST_VENV)/.installed
	$(DEVELOP)/ruff check .
	$(DEVELOP)/ruff format --check .
	$(DEVELOP)/mypy
	$(DEVELOP)/lint-imports --no-cache
	$(DEVELOP)/python tools/check_words.py

quick: lint
	$(DEVELOP)/python -m pytest -q -x tests/query tests/render tests/local/collect tests/local/format tests/test_golden_ranking.py \
		tests/test_docs.py tests/test_reading_form.py

# The package as users get it: built, installed without what only development needs, and run once.
test-package: $(PACKAGE_VENV)/.made
	$(PACKAGE_VENV)/bin/python $(PIP) --force-reinstall --no-deps .
	@index=$$(mktemp -d) && trap 'rm -rf "$$index"' EXIT && export SEARCHIDX_INDEX="$$index/index" && \
	searchidx="$$PWD/$(PACKAGE_VENV)/bin/searchidx" && corpus="$$PWD/fixtures/corpus" && cd "$$index" && set -x && \
	"$$searchidx" --version && "$$searchidx" index "$$corpus" && "$$searchidx" search 跑腿专员

# The bridge to Whoosh on its young fork, in an environment of its own.
test-whoosh3:
	sh tools/test_with_whoosh3.sh $(word 2,$(PYTHONS))

docs: $(LOWEST_VENV)/.installed
	$(DEVELOP)/python tools/build_cli_reference.py
	$(DEVELOP)/python tools/build_format_table.py

bench: $(LOWEST_VENV)/.installed
	$(DEVELOP)/python $(PIP) -e '.[bench]'
	$(DEVELOP)/python -m benchmarks

golden: $(LOWEST_VENV)/.installed
	SEARCHIDX_GOLDEN=write $(DEVELOP)/python -m pytest -q tests/test_golden_ranking.py

# SEARCHIDX_SOAK=0.1 is a tenth of each run, 10 ten times as much. PARTS="kills power" are these alone, JOBS=2 two at a time.
soak: $(LOWEST_VENV)/.installed
	$(DEVELOP)/python $(PIP) -e '.[dev,documents,pinyin,regex,fuzz]'
	$(DEVELOP)/python tools/soak.py --jobs $(or $(JOBS),1) $(PARTS)

clean:
	rm -rf .venv .venv-* .soak build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Environments, made again when pyproject.toml says something new ---------------------------------------

$(DEMO_VENV)/.installed: pyproject.toml
	$(word 2,$(PYTHONS)) -m venv $(DEMO_VENV)
	$(DEMO_VENV)/bin/python $(PIP) -e .
	@touch $@

$(LOWEST_VENV)/.installed: pyproject.toml
	$(word 2,$(PYTHONS)) -m venv $(LOWEST_VENV)
	$(LOWEST_VENV)/bin/python $(PIP) -e '.[dev,documents,pinyin,regex]'
	@touch $@

ifneq ($(LOWEST),$(HIGHEST))
$(HIGHEST_VENV)/.installed: pyproject.toml
	$(word 4,$(PYTHONS)) -m venv $(HIGHEST_VENV)
	$(HIGHEST_VENV)/bin/python $(PIP) -e '.[dev,documents,pinyin,regex]'
	@touch $@
endif

$(PACKAGE_VENV)/.made: pyproject.toml
	$(word 2,$(PYTHONS)) -m venv $(PACKAGE_VENV)
	$(PACKAGE_VENV)/bin/python $(PIP) .
	@touch $@
