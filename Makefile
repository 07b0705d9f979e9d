# Careplan in a handful of commands. Nothing but git, make and Python 3.11 or newer is needed.
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py
WITH_SERVERS = DEBUG=1 $(BIN)/python -m careplan.demo.services --
PYTHON = $(or $(shell for python in python3.11 python3.12 python3.13 python3; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done), \
  $(error Careplan needs Python 3.11 or newer, and none of python3.11, python3.12, python3.13, python3 is one))
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || \
  ls "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" 2>/dev/null)
export CHROMIUM
.PHONY: run install test check fix docs book bench-rules bench-library bench-paper bench-phone bench-builder mutants

run: install      ## the demo clinics with everything they need; PORT=8080 chooses another port
	@$(BIN)/python -m careplan.demo.run

install:          ## .venv with the pinned parts
	@$(PYTHON) -m careplan.demo.install

test: install     ## the whole suite; PYTEST_ARGS="tests/rules -k nsaid" narrows it
	@$(if $(CHROMIUM),,echo "!!! NO CHROMIUM FOUND: the browser tests do not run. Install it, or set CHROMIUM to its path. !!!")
	@$(BIN)/python -m careplan.demo.services -- $(BIN)/pytest -n logical $(PYTEST_ARGS)

check: install    ## style, floors, templates, settings, migrations
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/djlint --lint --quiet templates
	$(WITH_SERVERS) sh -c '$(MANAGE) check && $(MANAGE) makemigrations --check --dry-run'

fix: install      ## what can be put right by itself
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

docs: install     ## the pages of docs/ that are written from the tables
	DEBUG=1 $(MANAGE) write_docs

book: install     ## locks the data of the rule book under its new version, and writes its pages
	DEBUG=1 $(MANAGE) pin_book && DEBUG=1 $(MANAGE) write_docs

bench-rules: install  ## how many intakes a second the rules assess, against plain JSON
	@$(BIN)/python -m bench.rules

bench-library: install  ## how long a search of 5,000 exercises takes, against a plain scan
	@$(BIN)/python -m bench.library

bench-paper: install  ## how long a printed plan takes, against an empty page
	@$(BIN)/python -m bench.paper

bench-phone: install  ## how heavy and how fast a patient's pages are on a cheap phone with a slow line
	@$(WITH_SERVERS) $(BIN)/python -m bench.phone

bench-builder: install  ## how many clicks and keys from a finished assessment to a signed plan
	@$(WITH_SERVERS) $(BIN)/python -m bench.builder

mutants: install  ## how many planted faults the tests of the rules find; an hour or more (--only narrows it)
	@$(BIN)/python -m bench.book_mutants
	@$(BIN)/python -m bench.code_mutants
