# SPDX-License-Identifier: Apache-2.0
# Needs make and Python 3.11, 3.12 or 3.13 (TensorFlow has no wheel for later ones). Everything it makes lies in this checkout.

PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3 python; do \
	"$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$each; break; }; done)
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
KB ?= demo-kb
export TF_CPP_MIN_LOG_LEVEL ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test test-labs check bench conformance docs docs-demo reliability shacl-differential clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1 \t/p' Makefile | expand -t 14

demo: .venv/demo.stamp  ## a real workflow, start to end
	.venv/bin/dlprov demo --kb $(KB)

test: .venv/test.stamp  ## all tests but those of test-labs, and the README's example
	.venv/bin/python -m pytest -n auto --dist loadfile -m "not labs"

test-labs: .venv/test.stamp  ## the tests that need three labs, each with a Fuseki of its own
	.venv/bin/python -m pytest -m labs

check: .venv/check.stamp  ## lint, format, types, layers
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

bench: .venv/test.stamp  ## the figures, into benchmarks/results/
	@set -e; for each in benchmarks/*_speed.py; do .venv/bin/python "$$each"; done

conformance: .venv/conformance.stamp  ## against the published ontologies and cases, where they are
	@test -d $(KB) || .venv/bin/dlprov demo --kb $(KB)
	.venv/bin/python tests/conformance/ontology_consistency.py --kb $(KB)
	.venv/bin/python tests/conformance/axioms.py
	.venv/bin/python tests/conformance/prov_constraints.py
	.venv/bin/python tests/conformance/prov_differential.py

shacl-differential: .venv/test.stamp  ## pyshifty and pyshacl find the same in 600 graphs that hypothesis mutates
	DLPROV_DIFFERENTIAL=600 .venv/bin/python -m pytest tests/test_shacl_differential.py -q

docs: .venv/test.stamp  ## the pages that are made of the code: docs/questions.md
	.venv/bin/python docs/questions_page.py

docs-demo: .venv/test.stamp  ## record the demonstration that docs/questions.md tells of, afresh (Linux)
	PYTHON="$(PYTHON)" docs/record_demo.sh
	.venv/bin/python docs/questions_page.py

reliability: .venv/test.stamp  ## kill real processes at random moments, and look for anything lost
	.venv/bin/python benchmarks/reliability.py

clean:  ## remove what was made here, but no knowledge base
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/python.stamp: constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed (TensorFlow has none later): make PYTHON=/path/to/python" >&2; exit 2; }
	"$(PYTHON)" -m venv .venv
	$(PIP) install -c constraints.txt --upgrade pip
	$(PIP) install -c constraints.txt hatchling editables
	@touch $@

.venv/demo.stamp: .venv/python.stamp pyproject.toml
	@echo "Installing the demonstration's parts into .venv ..."
	$(PIP) install -c constraints.txt --no-build-isolation -e ".[demo]"
	@touch $@

.venv/test.stamp: .venv/demo.stamp
	@echo "Installing the tests' parts into .venv ..."
	$(PIP) install -c constraints.txt --no-build-isolation -e ".[codecarbon,demo,exchange,fuseki,keyring,nvml,pandas,rdflib]" --group test
	@touch $@

.venv/conformance.stamp: .venv/test.stamp
	$(PIP) install -c constraints.txt --group conformance
	@touch $@

.venv/check.stamp: .venv/test.stamp
	$(PIP) install -c constraints.txt --group check
	@touch $@
