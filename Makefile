# Everything from a fresh clone with Python 3.12+ and make: `make demo`, `make test`.

SHELL := /bin/bash
BIN := .venv/bin
WORKERS ?= 2
REPORT ?=
CATALOGUE ?=

# Where the environment says that nothing compiled is to be kept, each of the hundreds of processes
# that the tests start would compile all that it imports, which takes longer than what it does.
unexport PYTHONDONTWRITEBYTECODE

pytest = $(BIN)/pytest $(if $(REPORT),--junitxml=$(REPORT))

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-ci test-long catalogue bench check format contracts

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: .venv/.ready ## make .venv from the lock file

.venv/.ready: uv.lock pyproject.toml scripts/setup
	@scripts/setup

.venv/.others: .venv/.ready
	@scripts/setup others

demo: .venv/.ready ## practice mode, a first sync, then keep in step (ARGS="--once")
	@$(BIN)/turnbuckle demo $(ARGS)

test: check ## all checks and tests but the heaviest
	@$(pytest) -n $(WORKERS) --dist loadfile -m "not ci and not long"

test-ci: .venv/.others ## the heavy tests and figures that run in CI only, and the catalogue's table
	@$(pytest) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m ci
	@$(BIN)/python scripts/catalogue.py $(if $(CATALOGUE),--report $(CATALOGUE)) \
	  $(if $(TURNBUCKLE_ROWS),--kept $(TURNBUCKLE_ROWS))

catalogue: .venv/.ready ## play FILE (default: our catalogue) in both theatres and print one table
	@$(BIN)/python scripts/catalogue.py $(ARGS) $(FILE)

bench: .venv/.ready ## the cost of a plan among a million items, a large file beside curl, practice mode under load, a burst of webhooks, the time from a change to the other side, a day of 10,000 links
	@PYTHONPATH=tests $(BIN)/python bench/planning.py
	@PYTHONPATH=tests $(BIN)/python bench/transfer.py
	@PYTHONPATH=tests $(BIN)/python bench/practice.py
	@PYTHONPATH=tests $(BIN)/python bench/webhooks.py
	@PYTHONPATH=tests $(BIN)/python bench/latency.py
	@PYTHONPATH=tests $(BIN)/python bench/day.py

check: .venv/.ready ## format, lint, types, arrows between rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src tests scripts $(wildcard bench)
	@$(BIN)/lint-imports --no-cache

format: .venv/.ready ## rewrite the code as `check` wants it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

contracts: .venv/.ready ## make contracts/ again (FROM=folder with graph/ and procore/)
	@$(BIN)/python scripts/contracts.py $(FROM)

test-long: .venv/.ready ## the heaviest tests; TURNBUCKLE_CASES, _FAULTS and _SIMULATIONS say how many
	@$(pytest) -m long
	@$(BIN)/python scripts/mutants.py $(if $(MINUTES),--minutes $(MINUTES))
