# Needs GNU make and Python 3.11 or later; everything else goes into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

# More for pytest or the benchmarks: make test ARGS="-k porting -x"
ARGS =
# One notebook's cells share a kernel, so a file stays with one worker.
SPREAD = -n logical --maxprocesses 8 --dist loadfile

# Without compiled bytecode every kernel takes seconds longer to start.
unexport PYTHONDONTWRITEBYTECODE
# Another project's modules or environment have no business in ours.
unexport PYTHONPATH
unexport PYTHONHOME
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help venv demo test check lab bench lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

venv: $(STAMP)  ## Install everything into .venv (the other targets do it by themselves)

demo: $(STAMP)  ## Take invented customers through the whole journey against the sandbox
	@$(BIN)/onboard demo

test: $(STAMP)  ## Run all tests and all runbooks (make test ARGS="-k porting")
	@$(BIN)/python -m pytest -q $(SPREAD) $(ARGS)

check: $(STAMP)  ## Lint, format, types and layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_layers.py

lab: $(STAMP)  ## Open JupyterLab on the runbooks
	@$(BIN)/onboard lab

bench: $(STAMP)  ## Measure speed beside yardsticks (make bench ARGS="report --quick")
	@$(BIN)/python -m bench.run $(ARGS)

lock:  ## Resolve requirements.lock anew from pyproject.toml
	@PYTHON="$(PYTHON)" scripts/lock

clean:  ## Remove .venv and caches; the workspace stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	@find . -name __pycache__ -type d -not -path './workspace/*' -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml scripts/install $(wildcard data/jupyter/*)
	@PYTHON="$(PYTHON)" scripts/install
