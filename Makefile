# Every target does its own set-up: Python 3.11 or newer and make are all that has to be there.
#
#   make demo    check the example configurations, then the whole story on the mock
#   make test    run the tests
#   make e2e     plan, apply and probe with the real terraform and the mock org
#   make accuracy  run every fault of the mock and print what the probe finds
#   make screenshots  take the pictures of the documentation, with chromium
#   make bench   measure beside the peers, which are installed into build/bench
#   make trust   print the figures of docs/trust.md: what is promised, measured
#   make fuzz    throw 100,000 inputs at every reader (FUZZ_INPUTS=N for another number)
#   make check   the one word for a developer: format, lint, types, tests

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EXAMPLES = $(patsubst %/,%,$(sort $(dir $(wildcard terraform/examples/*/main.tf))))
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# The first that is new enough; a name on the PATH may be an old Python, or a shim of nothing.
find_python = for candidate in $(PYTHON) python3.11 python3 python3.13 python3.12 python; do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "$$candidate"; break; \
	elif [ -n "$(PYTHON)" ]; then break; fi; done

.DEFAULT_GOAL := help
.PHONY: help venv demo test e2e accuracy screenshots docs bench proof fuzz trust lint check schema compiled lock dist clean

help:
	@sed -n 's/^#   //p' Makefile

venv: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	@python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "error: Python 3.11 or newer was not found$(if $(PYTHON), as $(PYTHON))" >&2; \
		echo "hint: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; fi; \
	echo "Setting up $(VENV) with $$($$python --version)" >&2; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The examples hold violations on purpose, so exit 1 is what a working demo ends with.
demo: $(STAMP)
	@status=0; $(BIN)/recording-toolkit check $(EXAMPLES) || status=$$?; \
	if [ $$status -ne 1 ]; then \
		echo "error: the demo ended with exit $$status, not with the violations it should show" >&2; \
		exit 1; fi
	@$(BIN)/recording-toolkit demo

# The tables of docs/diagnosis.md.
bench: $(STAMP)
	@$(BIN)/python benchmarks/run.py

FUZZ_INPUTS ?= 100000
fuzz: $(STAMP)
	@$(BIN)/python -m tests.trust.fuzz --inputs $(FUZZ_INPUTS)

accuracy: $(STAMP)
	@$(BIN)/python -m tests.probe.accuracy

e2e: $(STAMP)
	@$(BIN)/python -m tests.e2e.story

screenshots: $(STAMP)
	@$(BIN)/python -m tests.page.screenshots

# 10,000 verdicts with a known answer on HCL, and as many on plans of the real terraform.
proof: $(STAMP)
	@$(BIN)/python -m tests.proof.measure
	@$(BIN)/python -m tests.proof.expressions

# A line for each promise; the tests that keep them are named in docs/trust.md.
trust: $(STAMP)
	@$(BIN)/python -m tests.trust

docs: $(STAMP)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: lint test

# Writes out what the code defines: run it after a change to the shape of a report.
schema: $(STAMP)
	@$(BIN)/python -c 'import json, pathlib; \
		from toolkit.reporters import document, inventory_document; \
		folder = pathlib.Path("toolkit/reporters"); \
		[(folder / f"{name}.schema.json").write_text( \
		json.dumps(module.json_schema(), indent=2) + "\n", encoding="utf-8") for name, module in \
		(("report", document), ("inventory", inventory_document))]'

# The policies that ship, in the form that a check reads: run it after a change to one of them.
compiled: $(STAMP)
	@$(BIN)/python -c 'from toolkit.checks.registry import BUILT_INS; \
		from toolkit.policy.loader import shipped_policies; \
		from toolkit.policy.ready import FILE, compile_policies; \
		FILE.write_bytes(compile_policies([*shipped_policies()], checks=[c.id for c in BUILT_INS]))'

# Resolves pyproject.toml anew. dev.txt is everything, so that nothing is installed without a hash:
# the build backend too, and what that asks for to install in place (editables). run.txt is what
# the installed command needs.
COMPILE := build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --upgrade \
	--annotation-style=line
inputs = build/lock/bin/python -c 'import tomllib; \
	p = tomllib.load(open("pyproject.toml", "rb")); print(*($(1)), sep="\n")'
lock:
	@python=$$($(find_python)); "$${python:-python3}" -m venv --clear build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install pip-tools
	@$(call inputs,p["build-system"]["requires"] + ["editables"] + p["project"]["dependencies"] \
		+ p["dependency-groups"]["dev"]) > build/lock/dev.in
	@$(call inputs,["-c ../../requirements/dev.txt"] + p["project"]["dependencies"]) > build/lock/run.in
	@for name in dev run; do \
		$(COMPILE) --output-file build/lock/$$name.txt build/lock/$$name.in || exit; \
		{ echo "# Made by 'make lock' from pyproject.toml; do not edit."; \
		  sed -e 's|-r build/lock/[a-z]*.in|pyproject.toml|' \
		      -e 's|, -c build/lock/[^ ,]*||;s|-c [^ ,]*dev.txt, ||;s|, -c [^ ,]*dev.txt||' build/lock/$$name.txt; \
		} > requirements/$$name.txt; done

# The wheel and the source, by the locked build backend.
dist: $(STAMP)
	@rm -rf dist
	@$(BIN)/python -m hatchling build --directory dist

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
