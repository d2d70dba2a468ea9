# `make help` lists what can be done; each target says what it does after its name.
.DEFAULT_GOAL := help
SHELL := bash
INSTALL := portal/ops/install
PYTHON := .venv/bin/python
.PHONY: help run test test-production lint format bench lock development

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
		awk -F '\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

run: ## install what is missing and run the portal on http://127.0.0.1:8000 (PORT=…)
	@exec bash $(INSTALL)/run.sh

test: development ## all tests, with a real clamd and a real browser
	@bash tests/run.sh

test-production: development ## on PostgreSQL, Redis and gunicorn, every test that uses one
	@bash $(INSTALL)/system.sh production
	@bash tests/run-production.sh

lint: development ## every static check
	@bash $(INSTALL)/lint.sh

format: development ## every formatter
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .

bench: development ## the benchmarks, as ratios against a named peer or limit
	@bash $(INSTALL)/system.sh production
	@$(PYTHON) -m tests.bench

lock: ## new versions into the lock files; needs uv
	@bash $(INSTALL)/lock.sh

development:
	@bash $(INSTALL)/system.sh run test
	@bash $(INSTALL)/packages.sh requirements-dev.txt
