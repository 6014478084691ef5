# make run | test | test-postgres | check | bench | soak | lock. Each makes .venv and installs what it needs, quietly on later runs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-postgres check bench soak lock clean

.venv/runtime: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing (first run only) ..."; start=$$(date +%s); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	echo "installed in $$(( $$(date +%s) - start )) s"
	@touch $@

.venv/development: requirements-dev.lock .venv/runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/peers: benchmarks/peers.txt .venv/development
	@$(PYTHON) -m venv .venv/peers && .venv/peers/bin/python -m pip install --quiet --upgrade pip && \
	.venv/peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@

run: .venv/runtime  ## the bot; without a token the playground
	@$(BIN)/python bot.py

# Half as many more at once as there are cores, as tests also wait. WAITING wait for browsers and processes rather
# than compute, and run beside the others.
CORES = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
AT_ONCE = $(shell $(PYTHON) -c 'import os; print(3 * len($(CORES)) // 2)')
WAITING := tests/browser tests/faults tests/test_one_day.py tests/cli/test_serving.py tests/cli/test_full_run.py

test: .venv/development  ## every test
	@said=$$(mktemp); \
	$(BIN)/python -m pytest -q -n 1 --dist loadgroup $(WAITING) >$$said 2>&1 & waiting=$$!; \
	$(BIN)/python -m pytest -q -n $(AT_ONCE) --dist loadgroup $(addprefix --ignore=,$(WAITING)); status=$$?; \
	wait $$waiting || status=$$?; \
	cat $$said; rm -f $$said; exit $$status

test-postgres: .venv/development  ## every test, on a PostgreSQL that is started for it
	@NEWSBOT_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -n $(AT_ONCE) --dist loadgroup

check: .venv/development  ## lint, types, architecture, dependencies, the Dockerfile
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/deptry --no-ansi .
	@$(BIN)/python -m pytest -q tests/test_architecture.py

bench: .venv/development .venv/peers  ## the figures of docs/benchmarks.md, but for installing a clone; about an hour and a half
	@for figure in playground first_digest first_real_digest start_up phone pages words search offtopic stories ranking digest compose pace deliver slot failover workers broadcast votes rights year moving pull pull_day; do \
	echo; echo "== benchmarks/$$figure.py"; $(BIN)/python benchmarks/$$figure.py || exit; done

soak: .venv/development  ## what is slow: a slot and a broadcast, killed at every await and commit of them; about half an hour
	@SLOW=1 $(BIN)/python -m pytest -q -n $(AT_ONCE) --dist loadgroup tests/messages tests/store tests/cli tests/browser
	@rm -f .soak; SWEEP=.soak $(BIN)/python -m pytest -q -n 4 tests/faults -k every_step; status=$$?; sort .soak; exit $$status

lock: .venv/development  ## requirements*.lock from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-header --extra postgres pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-header --extra postgres --extra pictures --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:  ## what the other commands made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build dist *.egg-info
