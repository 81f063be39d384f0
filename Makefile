# The two commands: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_WAIT_POLICY := passive

.PHONY: demo test lint slow browser workers zoo docs parts data house setup clean

demo: $(VENV)/.ready
	rm -rf runs/demo
	$(BIN)/gansmith train quickstart --run runs/demo
	$(BIN)/gansmith diagnose runs/demo
	@echo "open runs/demo/report.html in a browser; the pictures are in runs/demo/samples"
	@echo "a page over all runs, live while they train: pip install 'gansmith[dashboard]' && gansmith watch runs"

test: $(VENV)/.ready-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal -m "not slow and not gpu"

# The pages in a real browser, which must be installed: `apt-get install chromium`. Under 3 minutes.
browser: $(VENV)/.ready-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 0 -m slow tests/web

# Workers of a study that are killed, on a file and on a PostgreSQL server (`apt-get install postgresql`).
workers: $(VENV)/.ready-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 0 -m slow tests/search

slow: $(VENV)/.ready-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "slow and not gpu" --timeout 1800

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python scripts/make_parts_page.py --check
	$(BIN)/python scripts/make_cli_page.py --check

parity:
	$(PYTHON) -m venv $(VENV)-parity
	$(VENV)-parity/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(VENV)-parity/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r benchmarks/parity-requirements.txt
	$(VENV)-parity/bin/python -m pip install --quiet --disable-pip-version-check scipy scikit-learn torchmetrics requests tqdm transformers
	$(VENV)-parity/bin/python benchmarks/parity.py

docs: $(VENV)/.ready-docs
	$(BIN)/mkdocs build --strict

parts: $(VENV)/.ready-dev
	$(BIN)/python scripts/make_parts_page.py
	$(BIN)/python scripts/make_cli_page.py

data: $(VENV)/.ready
	$(BIN)/python scripts/make_embedded_data.py

# How the repository is built, in figures beside their bars.
house: $(VENV)/.ready-dev
	PATH=$(BIN):$$PATH $(BIN)/python -m scripts.house

# The failure zoo, within two hours of two cores; starts again where it stopped. PACK is a folder
# that scripts/make_zoo_pack.py makes, for the sets that do not ship; without it their settings are
# left out.
MINUTES ?= 120
zoo: $(VENV)/.ready-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.doctor.zoo --minutes $(MINUTES) $(if $(PACK),--pack $(PACK)) --part 0/2 & \
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.doctor.zoo --minutes $(MINUTES) $(if $(PACK),--pack $(PACK)) --part 1/2; wait
	$(BIN)/python -m benchmarks.doctor.zoo --pack-records
	$(BIN)/python -m benchmarks.doctor.measure

setup: $(VENV)/.ready-dev

DOCS := "mkdocs>=1.6" "mkdocs-material>=9.5" "mkdocstrings[python]>=0.26"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

# The site is made from the source without importing it: no torch, no data sets.
$(VENV)/.ready-docs: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(DOCS)
	touch $@

clean:
	rm -rf $(VENV) site dist build
