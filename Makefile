# Each target does its own set-up, says what it does and can be repeated.
.DEFAULT_GOAL := help
.PHONY: help setup run stack stack-down test test-deep check bench format schema lock clean
PYTHON_BIN := .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## the locked requirements in .venv
	@tools/setup dev

run: ## the shop with demo data on http://127.0.0.1:8000 (PORT=8001 moves it)
	@tools/run

stack: ## every process of production on free ports of this machine, with demo data
	@tools/setup dev
	@$(PYTHON_BIN) -m tools.stack up --demo

stack-down: ## ends them, and what they kept
	@$(PYTHON_BIN) -m tools.stack down

test: ## the whole suite on PostgreSQL and SQLite (ARGS=path takes a part)
	@tools/setup dev
	@tools/with_postgres $(PYTHON_BIN) -m tools.suite $(ARGS)

test-deep: ## the long way: a minute of soak, every fault, deep search and fuzz, all browser sizes, Lighthouse
	@tools/setup dev
	@SOAK_SECONDS=60 FAULTS=all FUZZ_EXAMPLES=50 ALL_SIZES=1 tools/with_postgres $(PYTHON_BIN) -m tools.suite \
		--hypothesis-profile deep --timeout 14400 $(ARGS)
	@$(PYTHON_BIN) -m tools.measure_pages

check: ## format, lint, types, contracts, migrations, deploy check, built files
	@tools/setup dev
	@tools/check

bench: ## the speed table, as ratios taken in one run (ARGS="--rows 100000")
	@tools/setup dev
	@tools/with_postgres --durable $(PYTHON_BIN) -m benchmarks $(ARGS)

format: ## mends what ruff can mend
	@tools/setup dev
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

schema: ## writes docs/openapi.json
	@tools/setup dev
	@$(PYTHON_BIN) manage.py spectacular --format openapi-json --validate --file docs/openapi.json

lock: ## locks the requirements of pyproject.toml (ARGS=--upgrade takes newer ones)
	@tools/setup dev
	@tools/lock $(ARGS)

clean: ## removes what was made: environment, databases of development, caches
	@[ ! -f var/stack/owner.pid ] || $(PYTHON_BIN) -m tools.stack down
	@rm -rf .venv .venv.lock db.sqlite3* var staticfiles .mypy_cache .ruff_cache .pytest_cache
