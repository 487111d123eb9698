# Every target sets up what is missing in .venv, from requirements.lock.
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
READY  := $(VENV)/.ready
WORKERS ?= 2
# Compiled modules are kept, whatever the environment says: a run starts twenty Python processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help smoke verify load test prove reference bench iam-policy lint format lock

help:
	@echo "make smoke      verify the smoke lines on a reference deployment that is started for it; reports/ has the result"
	@echo "make verify     verify every line but the long load runs"
	@echo "make load       put a small load on a reference deployment, and verify the lines of load runs: about ten minutes"
	@echo "make test       run the project's own tests, with the proofs that each check can fail"
	@echo "make prove      prove all checks by their faults, drills too, which wait for recoveries: some hours"
	@echo "make reference  start the reference deployment and keep it up until Ctrl-C"
	@echo "make bench      time the suite on an account of thousands of resources, and with slow calls; docs/performance.md"
	@echo "make iam-policy record which AWS permissions the checks need, and write docs/iam-policy-*.json"
	@echo "make lint       ruff and mypy"
	@echo "make lock       pin the newest versions that pyproject.toml admits"

$(READY): requirements.lock
	@echo "Setting up $(VENV) (about a minute, once)"
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $(READY)

smoke: $(READY)
	$(RUN) -m pytest -m smoke -n $(WORKERS)

verify: $(READY)
	$(RUN) -m pytest -n $(WORKERS) --allow writes,disrupts

# The tasks have a share of the processor, as on Fargate: k6, on the same machine, must not be what limits them.
load: $(READY)
	REFERENCE_TASK_CPU="aurastudio=0.3" \
	$(RUN) -m pytest tests/performance/test_load_*.py tests/performance/test_stress.py tests/performance/test_soak.py \
		--load short --allow disrupts

test: $(READY)
	$(RUN) -m pytest selftest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder

prove: $(READY)
	GOLIVE_PROOFS=all GOLIVE_IAM_BATCHES=all $(RUN) -m pytest selftest/proofs selftest/fixtures/test_iam_policy.py \
		-n $(WORKERS) --dist loadgroup --no-loadscope-reorder

reference: $(READY)
	$(RUN) -m reference up --target-file targets/local.toml

bench: $(READY)
	$(RUN) -m bench

# Every check runs once, on a healthy reference deployment.
iam-policy: $(READY)
	-$(RUN) -m pytest -n $(WORKERS) --allow writes,disrupts --iam-actions golive/iam/actions.json
	$(RUN) -m golive iam-policy --target targets/aurastudio.example.toml --allow reads,writes,disrupts > docs/iam-policy-aurastudio.json
	$(RUN) -m golive iam-policy --target targets/seiketsu.example.toml --allow reads,writes,disrupts > docs/iam-policy-seiketsu.json

lint: $(READY)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

format: $(READY)
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

lock: $(READY)
	$(RUN) -m uv pip compile --quiet --all-extras --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--upgrade --output-file requirements.lock pyproject.toml
