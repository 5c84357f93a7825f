# Every target does its own set-up: it needs only Python 3.11 or newer, and make.
# The text after a target's ## is its line in `make help`.

VENV ?= .venv
BIN := $(VENV)/bin
PACKAGES := $(VENV)/.installed
STAMP := $(VENV)/.editable
EXAMPLES = $(patsubst %/,%,$(sort $(dir $(wildcard terraform/examples/*/main.tf))))
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# The first that is new enough; a name on the PATH may be an old Python, or a shim without one.
find_python = for candidate in $(PYTHON) python3.11 python3 python3.13 python3.12 python; do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "$$candidate"; break; \
	elif [ -n "$(PYTHON)" ]; then break; fi; done

.DEFAULT_GOAL := help
HASH := \#
TARGETS := $(shell sed -n 's/^\([a-z0-9-]*\):.*$(HASH)$(HASH) .*/\1/p' $(firstword $(MAKEFILE_LIST)))
.PHONY: $(TARGETS)

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS='|' read -r target says; do printf '%-18s%s\n' "$$target" "$$says"; done

venv: $(STAMP) ## set up .venv, every package pinned by its hash

# Two steps, so that a change to pyproject.toml alone installs no package again.
$(STAMP): $(PACKAGES) pyproject.toml hatch_build.py
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The build tools come first, by their hashes: pip would download the newest. They matter only during
# the installation, so newer ones are not a reason to install again.
$(PACKAGES): requirements/dev.txt | requirements/build.txt
	@python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "error: Python 3.11 or newer was not found$(if $(PYTHON), as $(PYTHON))" >&2; \
		echo "hint: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; fi; \
	echo "Setting up $(VENV) with $$($$python --version)" >&2; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --require-hashes --no-build-isolation -r requirements/dev.txt
	@touch $@

# The examples hold violations on purpose, so exit 1 is what a working demo ends with.
demo: $(STAMP) ## check the example configurations, then play a diagnosis and its cure on the mock
	@status=0; $(BIN)/recording-toolkit check $(EXAMPLES) || status=$$?; \
	if [ $$status -ne 1 ]; then \
		echo "error: the demo ended with exit $$status, not with the violations it should show" >&2; \
		exit 1; fi
	@$(BIN)/recording-toolkit demo

bench: $(STAMP) ## measure beside the peers, which are installed into build/bench
	@$(BIN)/python benchmarks/run.py

FUZZ_INPUTS ?= 100000
fuzz: $(STAMP) ## throw 100,000 inputs at every reader (FUZZ_INPUTS=N for another number)
	@$(BIN)/python -m tests.trust.fuzz --inputs $(FUZZ_INPUTS)

accuracy: $(STAMP) ## run every fault of the mock and print what the probe finds
	@$(BIN)/python -m tests.probe.accuracy

e2e: $(STAMP) ## plan, apply and probe with the real terraform and the mock org
	@$(BIN)/python -m tests.e2e.story

screenshots: $(STAMP) ## take the pictures of the documentation, with chromium
	@$(BIN)/python -m tests.page.screenshots

# How many expressions, and how many mutants of each syntax, the proof draws.
EXPRESSIONS ?= 20000
MUTANTS ?= 5000
proof: $(STAMP) ## compare verdicts, expressions and broken files with what the real terraform says
	@$(BIN)/python -m tests.proof.measure
	@$(BIN)/python -m tests.proof.expressions $(EXPRESSIONS)
	@$(BIN)/python -m tests.proof.mutants $(MUTANTS)

trust: $(STAMP) ## measure what docs/trust.md promises
	@$(BIN)/python -m tests.trust

docs: $(STAMP) ## serve the documentation as a site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

# The tests that need a program besides Python, or much time; see CONTRIBUTING.md.
REST := terraform or browser or server or slow

test: $(STAMP) ## run the tests that start no Terraform, no browser and no server
	@TESTS_START_NOTHING=1 $(BIN)/python -m pytest -n auto -m "not ($(REST))"

test-all: test ## run make test, then the rest: needs terraform, chromium and strace
	@$(BIN)/python -m pytest -n auto -m "$(REST)"

lint: $(STAMP) ## check format, lint, types and language
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tests.language

check: lint test ## run lint and test: the one word before a commit

schema: $(STAMP) ## write the JSON Schemas of the reports
	@$(BIN)/python -c 'import json, pathlib; \
		from toolkit.reporters import document, inventory_document; \
		folder = pathlib.Path("toolkit/reporters"); \
		[(folder / f"{name}.schema.json").write_text( \
		json.dumps(module.json_schema(), indent=2) + "\n", encoding="utf-8") for name, module in \
		(("report", document), ("inventory", inventory_document))]'

# Compiles the shipped policies into the form that a check reads: run it after a change to one.
compiled: $(STAMP) ## compile the policies that ship
	@$(BIN)/python -c 'from toolkit.checks.registry import CHECK_IDS; \
		from toolkit.policy.loader import shipped_policies; \
		from toolkit.policy.compiled import FILE, compile_policies; \
		FILE.write_bytes(compile_policies([*shipped_policies()], checks=CHECK_IDS))'

# Resolves pyproject.toml again. dev.txt has everything, so that nothing is installed without a hash,
# including the build backend and its requirements for an editable installation (editables). run.txt
# has what the installed command needs, build.txt the build tools of this and of packages without a wheel.
COMPILE := build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --upgrade \
	--annotation-style=line
inputs = build/lock/bin/python -c 'import tomllib; \
	p = tomllib.load(open("pyproject.toml", "rb")); print(*($(1)), sep="\n")'
lock: ## resolve and pin the dependencies again
	@python=$$($(find_python)); "$${python:-python3}" -m venv --clear build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install pip-tools
	@$(call inputs,p["build-system"]["requires"] + ["editables"] + p["project"]["dependencies"] \
		+ p["dependency-groups"]["dev"]) > build/lock/dev.in
	@$(call inputs,["-c ../../requirements/dev.txt"] + p["project"]["dependencies"]) > build/lock/run.in
	@$(call inputs,["-c ../../requirements/dev.txt"] + p["project"]["dependencies"] \
		+ p["project"]["optional-dependencies"]["mock"]) > build/lock/mock.in
	@$(call inputs,["-c ../../requirements/dev.txt"] + p["build-system"]["requires"] \
		+ p["dependency-groups"]["build"]) > build/lock/build.in
	@for name in dev run mock build; do \
		$(COMPILE) --output-file build/lock/$$name.txt build/lock/$$name.in || exit; \
		{ echo "# Made by 'make lock' from pyproject.toml; do not edit."; \
		  sed -e 's|-r build/lock/[a-z]*.in|pyproject.toml|' \
		      -e 's|, -c build/lock/[^ ,]*||;s|-c [^ ,]*dev.txt, ||;s|, -c [^ ,]*dev.txt||' build/lock/$$name.txt; \
		} > requirements/$$name.txt; done

dist: $(STAMP) ## build the wheel and the source, by the locked build backend
	@rm -rf dist
	@$(BIN)/python -m hatchling build --directory dist

clean: ## remove all that the other targets made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
