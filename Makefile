PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Virtual environment, packages, front-end files; a second run takes no time
	@$(PYTHON) scripts/setup.py embedded test lint
