# Each target is one line; what it does is in tools/setup.py, octavo, tests and bench.
PYTHON = python3
BIN = .venv/bin

build: setup
	$(BIN)/octavo build

check: setup-test
	$(BIN)/octavo build --check

test: setup-test
	$(BIN)/python -m pytest --numprocesses auto

bench: setup-test
	$(BIN)/python -m bench

setup:
	@$(PYTHON) tools/setup.py build

setup-test: setup
	@$(PYTHON) tools/setup.py test

clean:
	rm -rf dist

distclean: clean
	rm -rf .venv .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: build check test bench setup setup-test clean distclean
