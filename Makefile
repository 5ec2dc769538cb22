# `make audit` and `make test` do everything on a machine with Python >= 3.11, make and git.
PYTHON ?=
export PYTHON
BIN := .venv/bin
SQL := pipelines
# Where nothing compiled may be kept (containers say so often), each command would compile all that it loads anew: a sixth of its time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help audit test check fix docs bench sample expectations lock clean environment
.DEFAULT_GOAL := help

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

audit: environment ## Audit the example company as of 2026-10-31
	@$(BIN)/houdbaar audit data/sample --as-of 2026-10-31

# The tests run beside check, which needs one core at most, and their lines wait for its: one run tells everything, and pytest's closing
# line comes last. One worker more than there are cores: some wait for commands that they have started. Folder by folder, as they are
# collected, the small files of tests/unit come last: xdist by itself keeps the files with the fewest tests, the longest of all, for the end.
test: SHELL := bash
test: environment ## All tests: check, and pytest beside it
	@set -o pipefail; $(BIN)/pytest -n $$(($$(nproc) + 1)) --dist loadfile --no-loadscope-reorder \
	    | { $(MAKE) --no-print-directory check < /dev/null; checked=$$?; cat; exit $$checked; }

check: environment ## Lint and types; changes nothing
	@failed=0; \
	for tool in "ruff check" "ruff format --check" "mypy" "sqlfluff lint --nocolor $(SQL)"; do \
	    echo "== $$tool"; $(BIN)/$$tool || failed=$$((failed + 1)); \
	done; \
	echo "check: $$failed of 4 failed"; test $$failed -eq 0

fix: environment ## Mend what the linters can mend by themselves
	@$(BIN)/ruff check --fix --quiet; $(BIN)/ruff format; $(BIN)/sqlfluff fix --nocolor $(SQL)

docs: environment ## Write docs/reference and the terminal's picture again, from the code
	@$(BIN)/python tests/docs

bench: environment ## Speed and memory on thirty million events (needs some 7 GB of temporary space)
	@$(BIN)/python tests/benchmarks

sample: environment ## Make data/sample again, from its seed
	@$(BIN)/python -m houdbaar.sample data/sample

expectations: environment ## Make expectations/ again, from the entities and the policy
	@$(BIN)/python -m houdbaar.gates expectations

lock: environment ## Make requirements.lock again from pyproject.toml
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet uv
	@PATH="$(BIN):$$PATH" uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --upgrade --quiet --output-file requirements.lock

clean: ## Remove the environment and everything that tools have left
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@.ci/environment
