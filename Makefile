# Two commands: `make run` (ONCE=1 to stop after the examples) and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

PYTHON ?= /usr/bin/python3
BIN := .venv/bin
STAMPS := .build
DATA_DIR ?= .data
# The sandbox is made by root. An ordinary user's server runs as that user; only the sandbox keeps root.
AS_ROOT := $(shell [ "$$(id -u)" -eq 0 ] || echo sudo)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

$(STAMPS):
	@mkdir -p $@

# --- setup: everything installed, .venv/bin/assay ready -------------------------------------------------

# LANGUAGES: toolchains beyond the core ones, all or by id; what cannot be had is named and stops nothing.
LANGUAGES ?=
.PHONY: setup languages
setup: apt-core user cell kernel frontend $(STAMPS)/package languages warm  ## install what running needs (LANGUAGES=all, or "haskell zig": these, too)
languages: $(STAMPS)/venv
	@$(if $(strip $(LANGUAGES)),scripts/install-languages $(LANGUAGES))

.PHONY: apt-core apt-test user
apt-core:
	@scripts/apt-install deploy/apt/core.txt
apt-test:
	@scripts/apt-install deploy/apt/core.txt deploy/apt/test.txt
user:
	@scripts/make-user

$(BIN)/python: | apt-core
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Assay needs Python 3.11 or newer, this is " + sys.version)'
	$(PYTHON) -m venv .venv

$(STAMPS)/venv: requirements-build.txt | $(BIN)/python $(STAMPS)
	@echo "installing the Python packages"
	$(PIP) install --require-hashes -r requirements-build.txt
	touch $@

$(STAMPS)/package: pyproject.toml hatch_build.py src/assay/__init__.py $(STAMPS)/venv
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: cell kernel frontend
cell: | apt-core
	@$(MAKE) --silent --no-print-directory --jobs=$$(nproc) -C cell
KERNEL := src/assay/analysis/similarity/native
kernel: | apt-core  ## what similarity does too often for Python
	@$(MAKE) --silent --no-print-directory -C $(KERNEL)
frontend: $(STAMPS)/venv
	@$(BIN)/python frontend/build.py

.PHONY: warm
warm: cell user $(STAMPS)/package languages  ## what compilers start faster with; made once for each toolchain
	@$(AS_ROOT) $(BIN)/assay warm >$(STAMPS)/warm.log || { cat $(STAMPS)/warm.log; echo "going on without: compiling is slower" >&2; }

# --- run ------------------------------------------------------------------------------------------------

.PHONY: run
run: setup  ## start the server and judge the examples through it (ONCE=1: stop after the table)
	@$(AS_ROOT) $(BIN)/assay demo --data-dir $(DATA_DIR) $(if $(filter-out 0,$(ONCE)),--once) examples

# --- tests ----------------------------------------------------------------------------------------------

$(STAMPS)/venv-dev: requirements-dev.txt $(STAMPS)/venv
	@echo "installing the Python packages that the tests need"
	$(PIP) install --require-hashes -r requirements-dev.txt
	touch $@

.PHONY: test-setup
test-setup: setup apt-test $(STAMPS)/venv-dev

# Files of tests go to so many processes: each has its own sandbox and its own engines, and many of them wait for servers.
TEST_JOBS ?= $(shell n=$$(nproc); echo $$((n < 3 ? n + 1 : 4)))
IN_JOBS := -n $(TEST_JOBS) --dist loadfile

.PHONY: test
test: test-setup static test-sanitize test-fuzz  ## static checks and every test; needs root for the sandbox
	$(AS_ROOT) $(BIN)/python -m pytest $(IN_JOBS) $(PYTEST_ARGS)

.PHONY: chaos soak
chaos: test-setup  ## a process killed or stopped, and each fault of an engine, at every named step of the way (make test does a few)
	$(AS_ROOT) env ASSAY_TEST_CHAOS=all $(BIN)/python -m pytest -q -n 4 --dist loadscope tests/chaos $(PYTEST_ARGS)
SOAK_S ?= 1800
soak: test-setup  ## mixed load, and a death every 20 s: is anything lost, does anybody grow? (SOAK_S: for how many seconds)
	$(AS_ROOT) $(BIN)/python -m tests.chaos.soak $(SOAK_S)

.PHONY: test-sanitize
test-sanitize: test-setup  ## the sandbox's tests with the cell under ASan and UBSan
	@$(MAKE) --silent --no-print-directory --jobs=$$(nproc) -C cell sanitize
	$(AS_ROOT) env ASSAY_TEST_CELL=$(CURDIR)/cell/build/sanitize/cell \
		$(BIN)/python -m pytest -q $(IN_JOBS) tests/security tests/contract/sandbox

.PHONY: test-fuzz fuzz
test-fuzz: test-setup
	@$(MAKE) --silent --no-print-directory -C cell fuzz PYTHON=$(CURDIR)/$(BIN)/python FUZZ_S=10
FUZZ_S ?= 60
fuzz: test-setup  ## any packets at all for the sandbox's decoders (FUZZ_S: for how many seconds)
	@$(MAKE) --silent --no-print-directory -C cell fuzz PYTHON=$(CURDIR)/$(BIN)/python FUZZ_S=$(FUZZ_S)

# an emulated machine with a kernel of its own: nothing of it is installed on this one but the emulator
VM := $(STAMPS)/vm
$(VM)/venv/ready: requirements-vm.txt | $(BIN)/python
	$(PYTHON) -m venv --clear $(VM)/venv
	$(VM)/venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-vm.txt
	touch $@

.PHONY: vm-setup test-cgroup2
PASSES ?= plain apparmor container
vm-setup: $(VM)/venv/ready
	@scripts/apt-install deploy/apt/vm.txt
	@cell/tests/vm/kernel $(VM)/kernel
test-cgroup2: test-setup vm-setup  ## the sandbox under cgroup v2, AppArmor and in a container, in an emulated machine
	@$(AS_ROOT) env PYTEST_ARGS="$(PYTEST_ARGS)" cell/tests/vm/boot $(VM) $(PASSES)

.PHONY: test-attacks
test-attacks: test-setup  ## each hostile program ROUNDS (20) times on a busy machine, beside a victim
	$(AS_ROOT) $(BIN)/python -m tests.security.under_load --rounds $(or $(ROUNDS),20) $(if $(ONLY),--only '$(ONLY)')

.PHONY: docker-init test-docker
docker-init: | apt-core  ## pid 1 of the Docker sandbox's containers
	@$(MAKE) --silent --no-print-directory -C deploy/docker-sandbox
# an engine of its own in a temporary folder, gone with the tests; no registry, no port
test-docker: test-setup docker-init  ## the sandbox's contract, and attacks, on a Docker engine
	@scripts/apt-install deploy/apt/docker.txt
	$(AS_ROOT) scripts/docker-engine env ASSAY_TEST_SANDBOX=docker $(BIN)/python -m pytest -q $(PYTEST_ARGS) \
		tests/docker $(addprefix tests/contract/sandbox/test_,box.py facts.py streams.py isolation.py folders.py files.py ends.py)

.PHONY: test-languages
test-languages: test-setup  ## every language's own programs, after installing them all
	@$(MAKE) --no-print-directory setup LANGUAGES=all
	$(AS_ROOT) env ASSAY_TEST_LANGUAGES=all $(BIN)/python -m pytest -q tests/contract/languages/test_cases.py \
		tests/contract/languages/test_warm_files.py tests/security/test_compile_attacks.py $(PYTEST_ARGS)

.PHONY: check
check: test-setup static  ## static checks, unit and contract suites
	$(AS_ROOT) $(BIN)/python -m pytest -q $(IN_JOBS) tests/unit tests/contract tests/boundaries $(PYTEST_ARGS)

.PHONY: static
static: test-setup
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	shellcheck scripts/apt-install scripts/install-languages scripts/make-user scripts/docker-engine .ci/run cell/tests/vm/kernel cell/tests/vm/boot cell/tests/vm/inside

.PHONY: bench
bench: setup  ## the figures that the README quotes
	$(AS_ROOT) $(BIN)/python -m benchmarks $(ONLY)

.PHONY: bench-judging
bench-judging: setup  ## comparing outputs, the cost of a test, interaction, verifying on all cores (ONLY=comparing)
	$(AS_ROOT) $(BIN)/python -m benchmarks.judging $(ONLY)

.PHONY: bench-durable
bench-durable: test-setup  ## intake and queue on each store, beside what the raw store does (ONLY=queue)
	@scripts/apt-install deploy/apt/load.txt
	$(AS_ROOT) $(BIN)/python -m benchmarks.durable $(ONLY)

.PHONY: bench-assessment
bench-assessment: setup  ## submit to scored, with the machine alone and beside 120 sandboxes (ONLY=idle)
	$(AS_ROOT) $(BIN)/python -m benchmarks.assessment $(ONLY)

.PHONY: bench-scoring
bench-scoring: setup  ## what analysis and scoring of 200 lines cost, and one result in 1,000 scorings (ONLY=speed)
	$(BIN)/python -m benchmarks.scoring $(ONLY)

.PHONY: bench-similarity
bench-similarity: setup  ## disguised copies found, honest programs flagged, time and memory for many (ONLY=quality)
	$(BIN)/python -m benchmarks.similarity $(ONLY)

.PHONY: bench-tracing
bench-tracing: setup  ## how often a class of growth is found, what tracing costs, one result of 1,000 (ONLY=classes)
	$(AS_ROOT) $(BIN)/python -m benchmarks.tracing $(ONLY)

.PHONY: rules-precision bench-analysis
rules-precision: setup  ## how many of the rules' findings in real code are right (FOLDERS="…", default: what is on this machine; SAMPLE=20)
	$(BIN)/python -m benchmarks.analysis precision $(FOLDERS) $(if $(SAMPLE),--sample $(SAMPLE))
bench-analysis: setup  ## how long it takes to look at 200 lines in each language
	$(BIN)/python -m benchmarks.analysis speed

# What the sandbox is compared with. A peer that cannot be had stops nothing: the benchmark names it.
.PHONY: bench-apt bench-sandbox soak-sandbox
bench-apt:
	@scripts/apt-install deploy/apt/bench.txt || echo "not all peers can be installed" >&2
$(STAMPS)/venv-bench/ready: requirements-bench.txt | $(BIN)/python $(STAMPS) bench-apt
	@$(PYTHON) -m venv --clear $(STAMPS)/venv-bench
	if $(STAMPS)/venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes \
			-r requirements-bench.txt; then
		touch $@
	else
		echo "DMOJ cannot be installed" >&2
	fi
bench-sandbox: setup $(STAMPS)/venv-bench/ready  ## the sandbox beside its peers, each figure with its target (ONLY=starts, JSON=file)
	$(AS_ROOT) $(BIN)/python -m benchmarks.sandbox $(ONLY) $(if $(JSON),--json $(JSON))
RUNS ?= 100000
soak-sandbox: setup  ## does anything of the sandbox grow over many runs? (RUNS=100000)
	$(AS_ROOT) $(BIN)/python -m benchmarks.sandbox soak --runs $(RUNS) $(if $(JSON),--json $(JSON))

# --- housekeeping ---------------------------------------------------------------------------------------

.PHONY: lock
lock: $(STAMPS)/venv-dev  ## resolve and pin the Python packages again
	@scripts/lock

.PHONY: clean
clean:  ## remove what was built (not the data)
	rm -rf .venv $(STAMPS) cell/build $(KERNEL)/build frontend/node_modules src/assay/web/static/bundle
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help:
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12
