# Every target sets up what it needs; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install demo up test test-fast e2e lint format bench servers servers-stop lock clean

# Compiled modules are kept: thousands of short processes would otherwise compile the same ones again.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# The stamp's name holds a checksum, so a changed lock or project file, and nothing else, installs again.
STAMP := $(VENV)/installed-$(shell cat requirements.lock pyproject.toml | cksum | tr ' ' '-')

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv with everything in requirements.lock and the syndata command

$(STAMP):
	@found=""; \
	for python in $${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "syndata needs Python 3.11 or newer, and found none (python3 is: $$(python3 --version 2>&1 || echo missing))." >&2; \
	  echo "Install it (Debian, Ubuntu: apt-get install python3.11 python3.11-venv), or: make install PYTHON=/where/it/is" >&2; \
	  exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$found has no venv module. Install it (Debian, Ubuntu: apt-get install python3-venv), then run make again." >&2; \
	    exit 1; \
	  fi; \
	  echo "making $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv --clear $(VENV); \
	fi
	@echo "installing what requirements.lock names (hashes checked)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "compiling the kernels (once)"
	@$(BIN)/python -m compileall -q libs services
	@$(BIN)/python -m syndata_engine.generation.warm
	@rm -f $(VENV)/installed-*
	@touch $@

demo: install ## generate, check and show two example datasets in out/demo
	@$(BIN)/python -m syndata.demo out/demo

up: install ## the five services in one process, on this machine
	@$(BIN)/syndata up --data-dir out/data

servers: install ## install and start real servers: RabbitMQ, MongoDB wire, S3
	@$(BIN)/python -m deploy.local install
	@$(BIN)/python -m deploy.local start

servers-stop: install ## stop them
	@$(BIN)/python -m deploy.local stop

# Many tests wait, for servers to die and come back; three processes keep two cores busy.
test: lint ## lint, then every test
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-fast: install ## the tests that answer within a minute
	@$(BIN)/python -m pytest -n 2 -m "not slow" tests/unit tests/architecture tests/golden

e2e: install ## stories on real servers, with everything that dies in them
	@$(BIN)/python -m deploy.local install
	@SYNDATA_REQUIRE=rabbitmq,mongodb,s3 $(BIN)/python -m pytest tests/chaos -s

lint: install ## ruff, formatting, mypy strict, directions of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install ## format, and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install ## speed beside rivals on this machine (wants it quiet)
	@$(BIN)/python -m tests.bench

lock: ## pin every dependency anew (needs uv); names no index host
	@uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.lock

clean: ## remove what was made here, except .venv
	@rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find libs tests -name __pycache__ -type d -prune -exec rm -rf {} +
