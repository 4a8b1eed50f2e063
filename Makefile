# Two commands do all the set-up: `make demo` writes every example letter, `make test` runs everything.
PYTHON ?= python3
BIN := .venv/bin
DEMO := out/demo
BATCH_DEMO := out/batch-demo

.PHONY: demo batch-demo test lint bench fonts docs clean system

demo: .venv/.installed
	@.ci/demo $(BIN)/notices $(DEMO)

# 1,000 fictional accounts, 50 of them defective, at fixed dates; again: nothing new. Or: ROWS=60
batch-demo: .venv/.installed-test
	@.ci/batch-demo $(BIN)/python $(BATCH_DEMO) $(ROWS)

test: .venv/.installed-test
	$(BIN)/python -m pytest -n auto

lint: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Other engines beside ours; Chromium and the system's Noto CJK count where the machine has them.
bench: .venv/.installed-bench
	$(BIN)/python -m tests.bench

docs: .venv/.installed
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.studio.pictures
	$(BIN)/python -m docs.generate

# Only for maintainers: fetches the sources by package name and builds the shipped fonts anew.
fonts: .venv/.installed-test
	$(BIN)/python fonts/build.py

.venv/.installed: pyproject.toml .ci/system
	@.ci/system $(PYTHON)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[studio]"
	@touch $@

.venv/.installed-test: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	@touch $@

.venv/.installed-bench: .venv/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	@touch $@

clean:
	rm -rf .venv out/demo out/batch-demo out/bench.json
