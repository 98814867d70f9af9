# `make demo` and `make test` are all a newcomer needs; both install first. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_HOME := ./.kakehashi-demo
PACKAGES := nlp graph queries pipelines
SOURCES := $(shell find $(PACKAGES) -type f -not -path '*/__pycache__/*' 2>/dev/null)
ONLY ?=
EACH ?=

.DELETE_ON_ERROR:
.PHONY: help install demo test torture lint train accuracy gallery bench bench-peers prune-check clean

help:
	@echo 'make demo         install, then read the sample releases and show the best-connected intermediaries'
	@echo 'make test         install, then run the tests (no network but loopback)'
	@echo 'make torture      every point that `make test` draws a part of: kills, broken files, workers; up to 40 min'
	@echo 'make install      .venv with pinned packages, the wheel in build/wheel, the local Neo4j'
	@echo 'make lint         ruff, mypy and import-linter'
	@echo 'make train        fits the models of nlp/data/models again from corpus/train; half an hour'
	@echo 'make accuracy     the figures on corpus/held, and nothing of its texts'
	@echo 'make gallery      docs/gallery.md and its pictures again, from queries/ and the sample'
	@echo 'make bench        speeds beside their peers, in a table and in build/bench.json; ONLY=row for one'
	@echo 'make bench-peers  the peers that need an environment of their own, in build/peers'
	@echo 'make prune-check  the entries of nlp/data that are silent in all texts; minutes. EACH=1 tries the others, too: hours;'
	@echo '                  ONLY=file for one'
	@echo 'make clean        remove all that can be made again (your data in .kakehashi stays)'

install: $(VENV)/.installed $(VENV)/.jars build/wheel/.built

# The tools that build are pinned like the rest and stay in .venv, so that a later build needs no network.
$(VENV)/.installed: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo 'make: there is no $(PYTHON); install Python 3.11, 3.12 or 3.13 (Debian: apt-get install python3 python3-venv) or name one: make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "make: $(PYTHON) is $$($(PYTHON) --version); Kakehashi needs Python 3.11, 3.12 or 3.13. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo 'make: $(PYTHON) cannot make virtual environments; install its venv module (Debian: apt-get install python3-venv)' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c constraints.txt hatchling editables
	$(BIN)/python -m pip install -q -c constraints.txt --no-build-isolation -e '.[server,deploy,workers,dev]'
	@touch $@

# The managed server's jars go into a cache of the user's that all checkouts share; verified by the lock.
$(VENV)/.jars: $(VENV)/.installed $(wildcard graph/server/*.tsv)
	$(BIN)/python -m graph.server.jars
	@touch $@

build/wheel/.built: $(VENV)/.installed README.md LICENSE $(SOURCES)
	@rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir build/wheel .
	@touch $@

demo: install
	@KAKEHASHI_HOME=$(DEMO_HOME) $(BIN)/kakehashi demo

test: install
	$(BIN)/python -m pytest

torture: install
	$(BIN)/python -m pytest -m torture

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Each model is fitted on what the ones before it read. One thread and a fixed hash seed: the same texts, the same bytes.
train: $(VENV)/.installed
	for model in names persons ties when themes; do \
	    PYTHONHASHSEED=0 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m nlp.training.$$model --save || exit 1; done

# Figures only: whoever saw what is wrong in these texts could no longer measure anything with them.
accuracy: $(VENV)/.installed
	@mkdir -p build && cat corpus/held/*.jsonl > build/held.jsonl
	$(BIN)/kakehashi evaluate build/held.jsonl --figures

gallery: install
	KAKEHASHI_HOME=$(DEMO_HOME) $(BIN)/kakehashi run sample/releases
	KAKEHASHI_HOME=$(DEMO_HOME) $(BIN)/python -m pipelines.gallery

bench: $(VENV)/.installed
	$(BIN)/python -m bench.run $(if $(ONLY),--only $(ONLY))

bench-peers: $(VENV)/.installed
	$(BIN)/python -m bench.peers

prune-check: $(VENV)/.installed
	$(BIN)/python -m nlp.training.prune $(if $(ONLY),--only $(ONLY)) $(if $(EACH),--each)

# A demo's server is stopped before its folder goes.
clean:
	@if [ -x $(BIN)/kakehashi ] && [ -d $(DEMO_HOME) ]; then KAKEHASHI_HOME=$(DEMO_HOME) $(BIN)/kakehashi graph down; fi
	rm -rf $(DEMO_HOME) $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
