# Works on a bare machine with git, make and a Python; verein/bootstrap.py does the rest.

PORT ?= 8000
UV = $(or $(wildcard .uv/bin/uv),uv)
LOCK = --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
BOOTSTRAP = for python in $(PYTHON) python3 python python3.13 python3.12; do \
	$$python -c "" 2>/dev/null && exec env PYTHON="$(PYTHON)" $$python verein/bootstrap.py $(1); \
	done; echo "Es wurde kein Python gefunden. Bitte installieren Sie Python 3.13." >&2; exit 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: ## set up: interpreter, packages, style sheets and fonts
	@$(call BOOTSTRAP)

demo: setup ## the demo association on http://127.0.0.1:8000 (PORT=… for another port)
	@PORT=$(PORT) .venv/bin/python -m verein.serve

test: ## everything: checks, tests on SQLite, tests on PostgreSQL
	@$(call BOOTSTRAP,--browser --samples)
	@.venv/bin/python -m tests.suite

check: setup ## style, types, floors, migrations, settings for production
	@.venv/bin/python -m tests.suite --checks

lock: setup ## pin all packages again, with hashes
	@$(UV) pip compile $(LOCK) $(UPGRADE) pyproject.toml --group pyproject.toml:dev -o requirements.lock
	@$(UV) pip compile $(LOCK) $(UPGRADE) --group pyproject.toml:setup -o setup.lock
	@$(UV) pip compile $(LOCK) $(UPGRADE) --no-deps --group pyproject.toml:samples -o samples.lock
	@npm install --package-lock-only --silent
