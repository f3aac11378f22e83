# spineonc: `make demo` shows what it does, `make test` proves it.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin
EDITOR = src/spineonc/site/query

.DEFAULT_GOAL := help
.PHONY: help demo test long servers fuzz spark reason lint bench bench-large picture editor wheel clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 13

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(RUN)/python -m pip install --quiet --editable ".[frames,plots,serve,mcp]"
	@touch $@

# The editor of the query page; without it that page says that it is missing, and all else works.
$(EDITOR)/bundle.js: $(EDITOR)/package-lock.json $(EDITOR)/build.mjs $(filter-out %/bundle.js,$(wildcard $(EDITOR)/*.js)) | $(VENV)/.ready
	@{ command -v npm >/dev/null || $(RUN)/python -m pip install --quiet --group editor; } \
	  && export PATH="$$PATH:$(abspath $(RUN))" && cd $(EDITOR) && npm ci --silent && npm run --silent build \
	  || echo "The editor of the query page was not built; the rest works without it."

editor: $(EDITOR)/bundle.js  ## Bundle the editor of the query page

$(VENV)/.tested: $(VENV)/.ready
	$(RUN)/python -m pip install --quiet --group test --group lint
	@touch $@

tests/node_modules/.ready: tests/package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --prefix tests && touch $@; else echo "npm is missing: the accessibility tests are skipped."; fi

$(VENV)/.reasoned: $(VENV)/.tested
	$(RUN)/python -m pip install --quiet --group reason
	@touch $@

demo: $(VENV)/.ready $(EDITOR)/bundle.js  ## Set up, answer three questions, write the site
	@echo; echo "Which treatments have evidence for chordoma, and how certain is it at best?"
	@$(RUN)/spineonc query treatments-for-tumor tumor=chordoma | head -12
	@echo; echo "What did randomized trials find on surgery and radiotherapy for cord compression?"
	@$(RUN)/spineonc show patchell-2005
	@echo; echo "What does the review of 2014 say about primary and metastatic spinal tumors?"
	@$(RUN)/spineonc show kaloostian-2014
	@echo
	@$(RUN)/spineonc site build/site --force
	@echo "Open build/site/index.html in a browser: explorer, evidence gap map and profiles, without network."

test: $(VENV)/.tested $(EDITOR)/bundle.js tests/node_modules/.ready  ## Set up and run all tests
	$(RUN)/python -m pytest -q -n 3 --dist loadfile

long: $(VENV)/.tested $(EDITOR)/bundle.js tests/node_modules/.ready  ## Run the tests that take longer: the wheel in an empty environment, every query in both engines
	$(RUN)/python -m pytest -q -m long

tests/clients/node_modules/.ready: tests/clients/package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --prefix tests/clients && touch $@; else echo "npm is missing: the test with Comunica is skipped."; fi

servers: $(VENV)/.tested tests/clients/node_modules/.ready  ## Run the tests that ask second servers, or with real foreign clients
	$(RUN)/python -m pytest -q -m servers

fuzz: $(VENV)/.tested  ## Run random SPARQL and HTTP, kills, full disks and long load
	$(RUN)/python -m pytest -q -m fuzz

$(VENV)/.spark: $(VENV)/.tested
	$(RUN)/python -m pip install --quiet --editable ".[frames,spark]"
	@touch $@

spark: $(VENV)/.spark  ## Run the tests that start a local Spark (needs Java)
	$(RUN)/python -m pytest -q -m spark tests/instruments tests/spark

lint: $(VENV)/.tested  ## Check style, types and the direction of imports
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

reason: $(VENV)/.reasoned  ## Let a reasoner judge the ontology (needs Java)
	$(RUN)/python -m pytest -q -m reasoning tests/reasoning

# What we are measured against lives in a place of its own, so that its pins disturb nothing of ours.
$(VENV)/peers/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)/peers/bin/python -m pip install --quiet --group peers
	@touch $@

bench: $(VENV)/.spark $(VENV)/peers/.ready  ## Print speed as ratios, all in one run
	$(RUN)/python benchmarks/cold_answer.py
	$(RUN)/python benchmarks/explorer.py
	$(RUN)/python benchmarks/projection.py
	$(RUN)/python benchmarks/score_frames.py
	$(RUN)/python benchmarks/spark_summaries.py --copies 1 10
	$(RUN)/python benchmarks/growth.py
	$(RUN)/python benchmarks/endpoint.py

bench-large: $(VENV)/.spark $(VENV)/peers/.ready  ## Print what 10 million triples cost, and what 64 clients meet in a minute
	$(RUN)/python benchmarks/projection.py --largest
	$(RUN)/python benchmarks/growth.py --largest
	$(RUN)/python benchmarks/endpoint.py --seconds 60 --connections 64
	$(RUN)/python benchmarks/spark_summaries.py --copies 50

picture: $(VENV)/.tested  ## Make the pictures of the README from the real pages
	$(RUN)/python docs/screenshot.py

wheel: $(VENV)/.ready  ## Build the wheel with the compiled graph
	$(RUN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:  ## Remove everything that was made
	rm -rf $(VENV) build dist tests/node_modules $(EDITOR)/node_modules $(EDITOR)/bundle.js $(EDITOR)/THIRD-PARTY.txt
