# `make` prints this help; `make run` and `make test` are all a newcomer needs.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
WORKERS ?= logical
PLAN ?= parameterized_runs/plans/default.yml
REPLAYS := $(sort $(wildcard parameterized_runs/plans/replay_*.yml))
JUPYTER := src/forecast/runs/processes/jupyter
export PYTHONUTF8 := 1
ifneq ($(filter C POSIX,$(LC_ALL)),)  # in which no folder with a Vietnamese name can be written down
export LC_ALL := C.UTF-8
endif
# A home that cannot be written to: what the package tools and Jupyter keep goes beside the environment.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/uv
export PIP_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/pip
export JUPYTER_CONFIG_DIR := $(CURDIR)/$(VENV)/.cache/jupyter
export JUPYTER_DATA_DIR := $(CURDIR)/$(VENV)/.cache/jupyter
export IPYTHONDIR := $(CURDIR)/$(VENV)/.cache/ipython
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/.cache/matplotlib
endif
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-quick check serve lab chromium lint clean bench bench-accuracy bench-bridge bench-reference bench-intake bench-mutations bench-runs bench-fanout bench-reads bench-scenarios bench-apps bench-answers bench-serve bench-papers bench-bundle bundle pictures replay scenarios golden status doctor

help:  ## print this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Cần Python 3.11-3.13 / Python 3.11 to 3.13 is needed: make PYTHON=/path/to/python3.11 " + sys.argv[1])' run
	@echo "Chuẩn bị môi trường (một lần, khoảng một phút) / setting up the environment (once, about a minute)"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-uv.lock \
	  && $(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes --no-deps --compile-bytecode -r requirements.lock \
	  || $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@for link in $(VENV)/lib/python3*/site-packages/__editable__.hung_yen_forecast-*.pth; do echo ../../../../src > "$$link"; done  # in ASCII whatever the folder is called
	@cp -R $(JUPYTER)/share $(JUPYTER)/etc $(VENV)/
	@touch $(READY)

setup: $(READY)  ## set up .venv from the lock

run: $(READY)  ## set up, check the figures, run the default plan and the replays, publish, print the answers
	@$(PY) -m forecast check --quiet
	@$(PY) -m forecast run $(PLAN) $(REPLAYS)

replay: $(READY)  ## what the kit would have said in mid-2023, 2024 and 2025, beside what was published later
	@$(PY) -m forecast run $(REPLAYS)

test: $(READY) chromium  ## set up and run all tests, browser tests included, and style and types beside them
	@$(MAKE) --no-print-directory lint & lint=$$!; \
	  $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadscope --no-loadscope-reorder; tests=$$?; \
	  wait $$lint && exit $$tests

test-quick: $(READY)  ## the tests that need no browser, server or kernel
	@$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadscope --no-loadscope-reorder -m "not slow"

check: $(READY)  ## run every named check on the figures and list all findings
	@$(PY) -m forecast check

serve: $(READY)  ## open the leadership page (Voila) on this machine
	@$(PY) -I -m forecast serve

lab: $(READY)  ## open JupyterLab on the notebooks (Voila serves apart, never from this server)
	@$(VENV)/bin/jupyter lab --notebook-dir=notebooks --ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root)

lint: $(READY)  ## style (ruff) and types (mypy)
	@$(VENV)/bin/ruff check src tests benchmarks docs deploy
	@$(VENV)/bin/mypy

bench: bench-accuracy bench-bridge bench-reference bench-intake bench-mutations bench-runs bench-fanout bench-reads bench-scenarios bench-apps bench-answers bench-serve bench-papers  ## all benchmarks

PEERS := .venv-peers/.ready

# statsforecast caps pandas below 3: an environment of its own. Where it cannot be made the benchmark's rows say so.
$(PEERS): requirements-peers.lock $(READY)
	@echo "Môi trường của các phương pháp so sánh / environment of the peers (once, about half a minute)"
	@{ test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers; } \
	  && { $(VENV)/bin/uv pip install --quiet --python .venv-peers/bin/python --require-hashes --no-deps -r requirements-peers.lock \
	    || .venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-peers.lock; } \
	  && touch $(PEERS) \
	  || { rm -rf .venv-peers; echo "Không dựng được môi trường so sánh / the peers' environment could not be made" >&2; }

bench-accuracy: $(READY) $(PEERS)  ## accuracy and coverage on short annual series (DATA=../shared/benchmarks)
	@$(PY) benchmarks/bench_accuracy.py $(if $(DATA),--data $(DATA)) $(if $(QUICK),--quick)

bench-bridge: $(READY)  ## the bridge from nation to province, later years hidden (PANELS=FOLDER: other countries too)
	@$(PY) benchmarks/bench_bridge.py $(if $(PANELS),--panels $(PANELS))

bench-reference: $(READY)  ## other countries' series like the headline ones, and the pace of online revenue (DATA=../shared/benchmarks)
	@$(PY) benchmarks/bench_reference_class.py $(if $(DATA),--data $(DATA))

bench-mutations: $(READY)  ## 2,000 slips of one cell in the data: refused, said, or silent though a machine could see it
	@$(PY) benchmarks/bench_mutations.py $(if $(QUICK),--quick)

bench-intake: $(READY) $(PEERS)  ## 10,000 files as offices send them: read exactly, or refused at the cell
	@$(PY) benchmarks/bench_intake.py $(if $(QUICK),--quick)

bench-runs: $(READY)  ## wall time of the default plan beside plain papermill
	@$(PY) benchmarks/bench_runs.py $(if $(QUICK),--quick)

bundle: $(READY)  ## one archive that installs the kit where there is no internet (needs make run)
	@$(PY) deploy/bundle.py

bench-bundle: $(READY)  ## the bundle installed, run and opened in a network namespace without routes (root; needs make bundle)
	@$(PY) benchmarks/bench_bundle.py

pictures: $(READY) chromium  ## take the pictures of the READMEs again (needs make run)
	@$(PY) docs/take_pictures.py

bench-answers: $(READY) chromium  ## fifteen questions as users ask them, of page, reports and app (needs make run)
	@$(PY) benchmarks/bench_answers.py

bench-papers: $(READY)  ## how long each paper takes with the network closed (needs make run)
	@$(PY) benchmarks/bench_papers.py

bench-apps: $(READY) chromium  ## how fast the page opens and answers, beside a plain Voila notebook (needs make run)
	@$(PY) benchmarks/bench_apps.py

bench-serve: $(READY)  ## attacks, roles at every door, crowds and what they leave behind (needs make run)
	@$(PY) benchmarks/bench_serve.py $(if $(QUICK),--quick)

bench-scenarios: $(READY)  ## how fast scenarios answer, and whether a solution holds on other draws
	@$(PY) benchmarks/bench_scenarios.py

scenarios: $(READY)  ## compare the scenarios of both territories (reports, not published)
	@$(PY) -m forecast run parameterized_runs/plans/scenarios.yml --no-publish

golden: $(READY)  ## write the golden results of the scenario files again (after a meant change of numbers)
	@$(PY) -m forecast golden

bench-reads: $(READY)  ## what readers meet during 100 runs and publications, and the faults of a run survived
	@$(PY) benchmarks/bench_reads.py $(if $(QUICK),--quick)

status: $(READY)  ## how things stand: what is shown, failed, scheduled
	@$(PY) -m forecast status

doctor: $(READY)  ## is this machine fit to run the kit, and how to mend it
	@$(PY) -m forecast doctor

bench-fanout: $(READY)  ## 2,000 runs on a local dask cluster, a worker killed twice (about ten minutes)
	@$(PY) benchmarks/bench_fanout.py $(if $(QUICK),--quick)

chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "Cài Chromium cho kiểm thử trình duyệt / installing Chromium for the browser tests"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null; \
	  else \
	    echo "Thiếu Chromium: hãy cài bằng 'sudo apt-get install chromium' rồi chạy lại 'make test'." >&2; \
	    echo "Chromium is missing: install it with 'sudo apt-get install chromium', then run 'make test' again." >&2; exit 1; \
	  fi; }

clean:  ## remove the environment and everything that runs wrote
	@rm -rf $(VENV) .venv-peers parameterized_runs/out parameterized_runs/published*.json parameterized_runs/draft*.json \
	  parameterized_runs/publications parameterized_runs/static parameterized_runs/drawn parameterized_runs/.memo benchmarks/out
