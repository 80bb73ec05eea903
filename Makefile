# What people do with the project. PYTHON chooses the interpreter: make run PYTHON=python3.13
PYTHON ?= python3
PYTEST_ARGS ?=
python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --quiet --quiet
extras := --extra embedded --extra redis --extra s3
lock := $(python) -m uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml $(extras)

# What a process has compiled the next ones read: the site is many, and each start would take twice as long else.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := run
.PHONY: run dev test check lint audit messages screenshots lock clean programs bench bench-peers bench-scale

# The site on http://127.0.0.1:8000, or where HOST and PORT say.
run: .venv/base.installed
	@exec $(python) manage.py serve

# The same with DEBUG, reloading when a file changes.
dev: .venv/base.installed
	@exec env DEBUG=1 $(python) manage.py serve --dev

# Every test; PYTEST_ARGS chooses some: make test PYTEST_ARGS='-k slug'
test: .venv/dev.installed programs
	@exec $(python) -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# What can be told in a minute: style, types, import contracts, translations, and the quick tests.
check: lint
	@exec $(python) -m pytest -n 2 --dist loadfile -m "not browser and not fault and not slow" $(PYTEST_ARGS)

lint: .venv/dev.installed
	@$(python) -m ruff check --quiet
	@$(python) -m ruff format --check --quiet
	@.venv/bin/lint-imports --no-cache > .venv/imports.log || { cat .venv/imports.log; exit 1; }
	@$(python) -m mypy --no-error-summary
	@.venv/bin/djade --check $$(find templates articles comments newsroom -name '*.html')
	@$(python) manage.py messages --check
	@$(python) manage.py makemigrations --check --dry-run

# Known mistakes of Python's and rules of our own (.semgrep.yml), by programs that are fetched for it, and what they need
# as it was that day.
audit: as_of = --exclude-newer 2026-11-20T00:00:00Z
audit: .venv/dev.installed
	@$(python) -m uv tool run $(as_of) bandit@1.9.4 --quiet --recursive --configfile pyproject.toml articles comments newsroom manage.py
	@$(python) -m uv tool run $(as_of) semgrep@1.185.0 scan --config .semgrep.yml --metrics=off --disable-version-check --quiet --error articles comments newsroom templates

# Bring the catalogs of translated messages up to date.
messages: .venv/dev.installed
	@$(python) manage.py messages --update

# Pictures of every page that readers see, into docs/screens/, from a demo site started for them.
screenshots: .venv/dev.installed programs
	@exec $(python) docs/take_screens.py

# How fast the site is; docs/performance.md tells what is measured. BENCH_ARGS: --seconds 2 --repeat 1 --only home,search
bench: .venv/dev.installed programs
	@exec $(python) benchmarks/rates.py $(BENCH_ARGS)

# The same beside other systems, whose scripts lie in the folder PEERS.
bench-peers: .venv/dev.installed programs
	@test -n "$(PEERS)" || { echo "Name the folder of their scripts: make bench-peers PEERS=/path/to/peers"; exit 1; } >&2
	@exec $(python) benchmarks/peers.py $(PEERS) $(BENCH_ARGS)

# How the site bears its own growth, to a million articles. BENCH_ARGS: --articles 10000 100000
bench-scale: .venv/dev.installed
	@exec $(python) benchmarks/growth.py $(BENCH_ARGS)

# Development first: the versions of the site are then those that were tested.
lock: .venv/dev.installed
	$(lock) --group dev --output-file requirements/dev.txt
	$(lock) --constraint requirements/dev.txt --output-file requirements/base.txt

# Remove what make made, the database and uploads included.
clean:
	@test ! -x $(python) || $(python) -m newsroom.embedded_postgres stop
	rm -rf .venv var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11"; exit 1; } >&2
	@rm -rf .venv
	@$(PYTHON) -m venv .venv && $(pip) --version > /dev/null || { rm -rf .venv; \
		echo "Python could not make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; } >&2

# The development requirements hold all of the site's in the same versions, so they satisfy both.
# What is imported is compiled then; most of it never is.
.venv/base.installed: requirements/base.txt | .venv/bin/python
	@echo "Installing requirements/base.txt"
	@$(pip) install --no-compile --require-hashes --requirement requirements/base.txt
	@touch $@

# uv takes a quarter of pip's time; where it finds nothing, pip may be set to.
.venv/dev.installed: requirements/dev.txt requirements/base.txt | .venv/bin/python
	@echo "Installing requirements/dev.txt"
	@awk '/^[^ #]/ { is_uv = /^uv==/ } is_uv' requirements/dev.txt > .venv/uv.txt
	@{ $(pip) install --no-compile --require-hashes --requirement .venv/uv.txt && \
		$(python) -m uv pip install --quiet --require-hashes --requirement requirements/dev.txt; } 2> .venv/uv.log || \
		$(pip) install --no-compile --require-hashes --requirement requirements/dev.txt
	@touch .venv/base.installed $@

# Debian keeps nginx where not every PATH leads, and would start both as services, now and at each boot.
nginx := PATH="$$PATH:/usr/sbin" command -v nginx > /dev/null
redis := command -v redis-server > /dev/null
install_services := policy=/usr/sbin/policy-rc.d; test -e $$policy || { trap "rm -f $$policy" EXIT; \
	printf "\#!/bin/sh\nexit 101\n" > $$policy; chmod +x $$policy; }; \
	for service in nginx:nginx-light redis-server:redis-server; do \
	PATH="$$PATH:/usr/sbin" command -v $${service%:*} > /dev/null || { \
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $${service\#*:} && \
	update-rc.d $${service%:*} disable; }; done

# What PyPI has not: for tests a browser, Java for the checker of HTML, nginx and Redis; wrk for measurements.
programs: | .venv/bin/python
	@command -v chromium > /dev/null && command -v chromium-headless-shell > /dev/null && \
		command -v java > /dev/null && command -v wrk > /dev/null && $(nginx) && $(redis) || { \
		if command -v apt-get && { test "$$(id -u)" = 0 || sudo -n true; }; then \
			as_root=$$(test "$$(id -u)" = 0 || echo sudo -n); \
			$$as_root apt-get update && \
			$$as_root env DEBIAN_FRONTEND=noninteractive \
				apt-get install --yes --no-install-recommends \
				chromium chromium-headless-shell default-jre-headless wrk; \
			{ $(nginx) && $(redis); } || $$as_root sh -c '$(install_services)'; \
		fi; } > .venv/programs.log 2>&1 || true
	@command -v chromium > /dev/null || \
		echo "Browser tests are skipped: they need Debian's Chromium (sudo apt-get install chromium)."
	@command -v java > /dev/null || \
		echo "The check of HTML is skipped: it needs Java (sudo apt-get install default-jre-headless)."
	@$(nginx) || \
		echo "The tests of nginx in front are skipped: they need it (sudo apt-get install nginx-light)."
	@$(redis) || \
		echo "The tests of pages in Redis are skipped: they need it (sudo apt-get install redis-server)."
	@command -v wrk > /dev/null || \
		echo "Nothing can be measured: make bench needs wrk (sudo apt-get install wrk)."
