# AOS: `make help` lists the targets.

PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
	if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1; then echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= $(or $(AOS_PORT),5000)
DEMO := http://127.0.0.1:$(PORT)/farm/api/stream/synthetic/mulesoft

.DEFAULT_GOAL := help
.PHONY: help install autonomy-mode test test-slow check format smoke-90 heal exec-summary bench bench-nlq bench-repair bench-content soak debt-gate clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "AOS needs Python 3.11 or 3.12 on PATH (or make PYTHON=/path/to/python)."; exit 3; }
	@echo "Installing into $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

install: $(VENV)/ready ## make the virtual environment and install everything into it

autonomy-mode: $(VENV)/ready ## start AOS on port 5000 (PORT=...) with a clean demo stream; Ctrl-C stops it
	@$(BIN)/python scripts/debt_gate.py
	@AOS_PORT=$(PORT) SOURCE_URL="$${SOURCE_URL:-$(DEMO)}" exec $(BIN)/python -m aos

test: $(VENV)/ready ## run the tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal

test-slow: $(VENV)/ready ## run the tests that take minutes
	@$(BIN)/python -m pytest -m slow

check: $(VENV)/ready ## format, lint, types, import rules, debt gate, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/debt_gate.py
	@$(BIN)/python -m pytest -n 3 --dist worksteal

format: $(VENV)/ready ## rewrite the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/ready ## lines per second beside a plain loop, memory after two million records, questions answered right
	@$(BIN)/python scripts/bench/ingest.py
	@$(BIN)/python -m scripts.bench.nlq --no-million

bench-nlq: $(VENV)/ready ## how many questions of the test bed are answered right, and how long they take beside a million rows
	@$(BIN)/python -m scripts.bench.nlq

bench-repair: $(VENV)/ready ## the rate of a stream beside good and bad sources of truth
	@$(BIN)/python -m scripts.bench.repair

bench-content: $(VENV)/ready ## rows pushed per second beside plain SQLite, and a grouped query over a million rows
	@$(BIN)/python -m scripts.bench.content

soak: $(VENV)/ready ## ten minutes at full speed: memory, files, lag, and the ledger at the end
	@$(BIN)/python -m scripts.bench.soak

smoke-90: $(VENV)/ready ## onboard the five intents of seeds/intents/ at Farm's sandbox; fails below 0.90
	@AOS_PORT=$(PORT) $(BIN)/python scripts/smoke_90.py

heal: $(VENV)/ready ## check the connections of the running AOS again
	@AOS_PORT=$(PORT) $(BIN)/python scripts/heal.py

exec-summary: $(VENV)/ready ## the funnel of the running AOS in plain English
	@AOS_PORT=$(PORT) $(BIN)/python scripts/exec_summary.py

debt-gate: $(VENV)/ready ## stop when DEBT.md holds a Blocker or a High
	@$(BIN)/python scripts/debt_gate.py

clean: ## remove the virtual environment and caches (never data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
