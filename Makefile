# What people do with the project: make run, make dev, make test, make check. PYTHON chooses the interpreter.
PYTHON ?= python3
PYTEST_ARGS ?=
python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --quiet --quiet
lock := $(python) -m uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --extra embedded

.DEFAULT_GOAL := run
.PHONY: run dev test check lint messages lock clean chromium

run: .venv/base.installed ## the site on http://127.0.0.1:8000
	@exec $(python) manage.py serve

dev: .venv/base.installed ## the same with DEBUG and reload
	@DEBUG=1 exec $(python) manage.py serve --dev

test: .venv/dev.installed chromium ## every test
	@exec $(python) -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

check: lint ## what can be told in a minute
	@exec $(python) -m pytest -n 2 --dist loadgroup -m "not browser and not fault" $(PYTEST_ARGS)

lint: .venv/dev.installed
	@$(python) -m ruff check --quiet
	@$(python) -m ruff format --check --quiet
	@.venv/bin/lint-imports --no-cache > .venv/imports.log || { cat .venv/imports.log; exit 1; }
	@$(python) -m mypy --no-error-summary
	@$(python) -m djade --check $$(find templates */templates -name '*.html')
	@$(python) manage.py messages --check
	@$(python) manage.py makemigrations --check --dry-run

messages: .venv/dev.installed ## bring the catalogs of translated messages up to date
	@$(python) manage.py messages --update

# Development first: the versions of the site are then those that were tested.
lock: .venv/dev.installed
	$(lock) --group dev --output-file requirements/dev.txt
	$(lock) --constraint requirements/dev.txt --output-file requirements/base.txt

clean: ## remove what make made, the database and uploads included
	@test ! -x $(python) || $(python) -m newsroom.embedded_postgres stop
	rm -rf .venv var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11"; exit 1; } >&2
	@$(PYTHON) -m venv .venv && $(pip) --version > .venv/pip.version || { rm -rf .venv; \
		echo "Python could not make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; } >&2

# The development requirements hold all of the site's in the same versions, so they satisfy both.
.venv/base.installed: requirements/base.txt | .venv/bin/python
	@echo "Installing requirements/base.txt"
	@$(pip) install --require-hashes --requirement requirements/base.txt
	@touch $@

.venv/dev.installed: requirements/dev.txt requirements/base.txt | .venv/bin/python
	@echo "Installing requirements/dev.txt"
	@$(pip) install --require-hashes --requirement requirements/dev.txt
	@touch .venv/base.installed $@

chromium:
	@command -v chromium > .venv/chromium.log || { \
		if command -v apt-get && { test "$$(id -u)" = 0 || sudo -n true; }; then \
			run=$$(test "$$(id -u)" = 0 || echo sudo -n); \
			$$run apt-get update && \
			$$run env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium; \
		fi; } > .venv/chromium.log 2>&1 || true
	@command -v chromium > .venv/chromium.path || \
		echo "Browser tests are skipped: they need Debian's Chromium (sudo apt-get install chromium)."
