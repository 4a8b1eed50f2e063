# Two commands do all the set-up: `make demo` writes example letters, `make test` runs the tests.
PYTHON ?= python3
BIN := .venv/bin
DEMO := out/demo
BATCH_DEMO := out/batch-demo
# Quiet but for errors. What is built is built with the locked tools, never with fetched ones.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Hundreds of processes start in a run of the tests: none of them is to compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
PIP := -m pip install -qq --no-warn-script-location
LOCKED := $(BIN)/python $(PIP) --no-build-isolation --use-pep517 --require-hashes -r

.PHONY: demo demo-all batch-demo test test-fast test-all test-newest lint bench fonts pages docs lock clean

# One letter of each kind of every pack, and out/demo/index.html to look at them.
demo: .venv/.installed
	@$(BIN)/python .ci/demo.py $(DEMO)

# Every example letter; docs/pictures/ are drawn from them.
demo-all: .venv/.installed
	@$(BIN)/python .ci/demo.py $(DEMO) --all

# 1,000 fictional accounts, 50 of them defective, at fixed dates; again: nothing new. Or: ROWS=60
batch-demo: .venv/.installed-test
	@.ci/batch-demo $(BIN)/python $(BATCH_DEMO) $(ROWS)

# Everything but the slow tests, of which it has a sample.
test: .venv/.installed-test
	$(BIN)/python -m pytest -n auto -m "not slow"

# What draws no page and starts no process: a minute or two.
test-fast: .venv/.installed-test
	$(BIN)/python -m pytest -n auto -m fast

test-all: .venv/.installed-test
	$(BIN)/python -m pytest -n auto

lint: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Other engines beside ours; Chromium and the system's Noto CJK count where the machine has them.
bench: .venv/.installed-bench
	$(BIN)/python -m tests.bench

# Every example in every layout: a table of what an eye measures, and sheets of all pages to look
# at, in out/pages. Or: PACKS=CN LAYOUTS="usual large"
PACKS ?=
LAYOUTS ?= usual stacked sequential first second large
pages: .venv/.installed-test
	$(BIN)/python -m tests.look $(PACKS) --layouts $(LAYOUTS)

docs: .venv/.installed-test
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.studio.pictures
	$(BIN)/python -m docs.generate

# Only for maintainers: fetches the sources by package name and builds the shipped fonts anew.
fonts: .venv/.installed-test
	$(BIN)/python fonts/build.py

# The tests with the newest of everything that pyproject.toml allows, in an environment of their own.
test-newest:
	@.ci/system $(PYTHON)
	@rm -rf .venv-newest
	@$(PYTHON) -m venv .venv-newest
	@.venv-newest/bin/python $(PIP) -e ".[test]"
	.venv-newest/bin/python -m pytest -n auto -m "not slow"

# requirements/ anew from pyproject.toml: `make lock` keeps the versions that still fit it,
# `make lock UP=--upgrade` takes the newest, `make lock UP="--upgrade-package babel"` one of them.
COMPILE := .venv-lock/bin/uv pip compile -q --universal --generate-hashes --no-annotate \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UP)
lock: .venv-lock/.installed
	$(COMPILE) pyproject.toml --all-extras --group build -o requirements/all.txt
	$(COMPILE) pyproject.toml --extra test --group build -c requirements/all.txt -o requirements/test.txt
	$(COMPILE) pyproject.toml --extra studio -c requirements/all.txt -o requirements/run.txt
	$(COMPILE) --group build -c requirements/all.txt -o requirements/build.txt
	$(COMPILE) --group lock -o requirements/lock.txt

.venv/.installed: pyproject.toml .ci/system requirements/build.txt requirements/run.txt
	@.ci/system $(PYTHON)
	@echo "Setting up .venv …"
	@$(PYTHON) -m venv .venv
	@$(LOCKED) requirements/build.txt
	@$(LOCKED) requirements/run.txt
	@$(BIN)/python $(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/.installed-test: .venv/.installed requirements/test.txt
	@$(LOCKED) requirements/test.txt
	@touch $@

.venv/.installed-bench: .venv/.installed-test requirements/all.txt
	@$(LOCKED) requirements/all.txt
	@touch $@

.venv-lock/.installed: requirements/lock.txt
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python $(PIP) --require-hashes -r requirements/lock.txt
	@touch $@

clean:
	rm -rf .venv .venv-newest .venv-lock out/demo out/batch-demo out/bench.json
