# Everything a developer types. `make` alone explains; `make serve` and `make test` set up what
# they need, with Python 3.11 or newer and nothing else installed.

BIN := .venv/bin
ARGS ?=
SETUP := pyproject.toml constraints.txt scripts/setup
# Each worker begins with a third of the tests, in their order: those of a module mostly share what
# is made for it. A worker that has none left takes some from another. Two workers use 65 percent of
# two cores, for they wait for processes, locks and deadlines: so there is a third.
WORKERS := -n 3 --dist worksteal

# Python keeps what it has compiled, wherever the environment would forbid it: starts that compile
# everything anew take 3 seconds instead of 1.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile
	@echo
	@echo '  ARGS="…" goes on to pytest, or to the benchmarks: make test ARGS="-k publish"'

.PHONY: serve
serve: .venv/.installed ## Set up, migrate, put demo issues into an empty database, serve
	@MORNINGPOST_DEMO=$${MORNINGPOST_DEMO:-true} exec $(BIN)/morningpost serve --migrate

.PHONY: test
test: .venv/.installed-dev ## Run all tests but the trials, on SQLite and where SQL differs on PostgreSQL
	@$(BIN)/python -m pytest $(WORKERS) -m "not trial" $(ARGS)

.PHONY: trials
trials: .venv/.installed-dev ## Run the trials: servers killed, replaced, upgraded, installed (10 minutes)
	@$(BIN)/python -m pytest $(WORKERS) -m trial $(ARGS)

.PHONY: coverage
coverage: .venv/.installed-dev ## Run tests and trials, and require branch coverage of 95 percent over app/
	@$(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term --cov-fail-under=95 $(ARGS)

.PHONY: check
check: lint types contract-files ## Lint, types, contract files, quick tests on SQLite, every 8th case
	@MORNINGPOST_TEST_DATABASES=sqlite MORNINGPOST_TEST_ONE_IN=8 $(BIN)/python -m pytest $(WORKERS) -m "not slow and not trial" -q $(ARGS)

.PHONY: lint
lint: .venv/.installed-dev ## Find faults of style, and files that are not formatted
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

.PHONY: format
format: .venv/.installed-dev ## Format, and mend what can be mended safely
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: types
types: .venv/.installed-dev ## Check types, strictly
	@$(BIN)/mypy

.PHONY: bench
bench: .venv/.installed ## Measure our server beside its yardsticks (needs wrk and nginx)
	@$(BIN)/python -m benchmarks.run $(ARGS)

.PHONY: openapi
openapi: .venv/.installed-dev ## Write anew what is made from the code: openapi/, our clients' methods, tables of docs/
	@$(BIN)/morningpost openapi export
	@cd clients && $(abspath $(BIN))/python -m client_generator
	@$(BIN)/python scripts/first_tasks_page.py
	@$(BIN)/python scripts/problem_tables.py

.PHONY: settings-page
settings-page: .venv/.installed ## Write docs/settings.md from app/config.py
	@$(BIN)/python scripts/settings_page.py

.PHONY: contract-files
contract-files: .venv/.installed ## Hold openapi/ against the code
	@$(BIN)/morningpost openapi check

.PHONY: contract
contract: .venv/.installed-dev ## Let outside tools judge openapi/openapi.json (needs node and npm)
	@.ci/contract/check

.PHONY: generators
generators: .venv/.installed-dev ## Generate clients of openapi/openapi.json, compile and run them
	@$(BIN)/python .ci/contract/generators/run.py $(ARGS)

.PHONY: graphql-clients
graphql-clients: .venv/.installed-dev ## Run a program with each GraphQL client of docs/clients.md
	@$(BIN)/python .ci/contract/graphql-clients/run.py $(ARGS)

.PHONY: wheel
wheel: .venv/.installed-dev ## Build the package into dist/, the same bytes for the same commit
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)} \
		$(BIN)/python -m hatchling build --target wheel

.PHONY: image
image: .venv/.installed-dev ## Run the steps of the Dockerfile in an empty root, and serve (needs root)
	@MORNINGPOST_TEST_IMAGE=1 $(BIN)/python -m pytest -q -n 0 tests/deploy/test_image.py

.PHONY: smoke
smoke: .venv/.installed-dev ## Build the wheel twice, install it, serve the demo, run tests against it
	@$(BIN)/python .ci/smoke/run.py $(ARGS)

.PHONY: lock
lock: .venv/.installed-dev ## Choose the newest versions anew, into constraints.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 \
		--no-header --no-annotate --no-emit-index-url --all-extras --output-file constraints.txt \
		pyproject.toml

.PHONY: clean
clean: ## Remove what is generated; data/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis build dist \
		.coverage* htmlcov .ci/contract/node_modules .ci/contract/.venv \
		.ci/contract/generators/node_modules .ci/contract/generators/.venv \
		.ci/contract/graphql-clients/node_modules .ci/contract/graphql-clients/.venv
	@find app tests alembic -name __pycache__ -prune -exec rm -rf {} +

# What serves, and what tests as well: later runs start at once.
.venv/.installed: $(SETUP)
	@scripts/setup
	@touch $@

.venv/.installed-dev: $(SETUP)
	@scripts/setup dev
	@touch $@ .venv/.installed
