# Python 3.11 or newer and make are all that has to be there.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

# The files are UTF-8 whatever the machine's language.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help up setup test lint bench soak check docs psql base tools

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: base  ## Set everything up and open the portal at http://localhost:8000 (PORT=8001 for another port)
	@exec $(BIN)/portal up --port $(PORT)

setup: base tools  ## Virtual environment, packages and front-end files, without starting anything

test: setup  ## Every test
	@$(BIN)/python scripts/test.py

lint: setup  ## ruff, sqlfluff, djlint, squawk, and whether the generated pages are current
	@$(BIN)/python scripts/lint.py

bench: setup  ## Ratios to PostgreSQL's own numbers, measured side by side
	@$(BIN)/pytest -q -s tests/bench

soak: setup  ## The fault, race and fuzz tests at full size (hours)
	@PORTAL_SOAK=1 $(BIN)/pytest -s tests/chaos tests/rails tests/access tests/notifications/test_storm.py tests/notifications/test_providers_storm.py

check: base  ## Ask the database for anything that must never be true
	@$(BIN)/portal check

docs: base  ## Write sql/README.md anew from the files and their comments
	@$(BIN)/portal docs

psql: base  ## psql as a DBA
	@exec $(BIN)/portal psql

base:
	@$(PYTHON) scripts/setup.py embedded
	@$(BIN)/python scripts/vendor.py

tools:
	@$(PYTHON) scripts/setup.py embedded test lint
	@$(PYTHON) scripts/debian.py
