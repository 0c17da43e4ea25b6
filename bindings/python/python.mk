# The Python package. Included by the top Makefile, whose BUILD, VERSION, LIBRARY and SANDBOX it uses.

PYTHON_PACKAGE := bindings/python
PYTHON_WORK := $(BUILD)/python
PYTHON_DEV := $(PYTHON_WORK)/venv
PYTHON_SOURCES := $(shell find $(PYTHON_PACKAGE) -type f -not -path '*/__pycache__/*' \
  -not -path '*.egg-info/*')

# The library that the wheel carries, and the platform that it then runs on. Another pair, to try the package
# with what `make build` makes: BUNDLE_LIB=build/lib/libkcase.so.$(VERSION) WHEEL_PLATFORM=linux_x86_64
BUNDLE_LIB ?= $(BUILD)/bundle/lib/libkcase.so.$(VERSION)
WHEEL_PLATFORM ?= manylinux2014_x86_64
# auditwheel calls the platform by its newer name.
AUDIT_PLATFORM := $(subst manylinux2014,manylinux_2_17,$(WHEEL_PLATFORM))
# The library that the tests use.
PYTHON_LIBRARY ?= $(BUILD)/lib/libkcase.so.$(MAJOR)
WHEEL := $(PYTHON_WORK)/dist/kcase-$(VERSION)-py3-none-$(WHEEL_PLATFORM).whl

.PHONY: python-tools
python-tools: $(PYTHON_DEV)/.installed

$(PYTHON_DEV)/.installed: $(PYTHON_PACKAGE)/requirements-dev.txt
	@echo "python: installing into $(PYTHON_DEV): $$(xargs < $<)"
	@rm -rf $(PYTHON_DEV)
	@mkdir -p $(PYTHON_WORK)
	@/usr/bin/python3 -m venv $(PYTHON_DEV)
	@$(PYTHON_DEV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

ifeq ($(origin BUNDLE_LIB),file)
$(BUNDLE_LIB):
	$(MAKE) --no-print-directory bundle
endif

.PHONY: python-package
python-package: $(WHEEL) ## the Python wheel, with the library inside: build/python/dist

# Built from a copy, so that nothing is left in the sources. The licenses of what is in the library, and its
# bill of materials, are taken from where the library is.
$(WHEEL): $(PYTHON_SOURCES) $(BUNDLE_LIB) | python-tools
	@rm -rf $(PYTHON_WORK)/stage $@
	@mkdir -p $(PYTHON_WORK)/stage $(@D)
	@cp -R $(PYTHON_PACKAGE)/. LICENSE $(PYTHON_WORK)/stage
	@install -D -m 755 $(BUNDLE_LIB) $(PYTHON_WORK)/stage/src/kcase/_lib/libkcase.so.1
	@for file in LICENSES sbom.cdx.json; do \
	  from=$(dir $(BUNDLE_LIB))../$$file; \
	  if [ -f $$from ]; then cp $$from $(PYTHON_WORK)/stage/src/kcase/_lib; fi; done
	@SOURCE_DATE_EPOCH=315532800 KCASE_WHEEL_PLATFORM=$(WHEEL_PLATFORM) \
	  $(PYTHON_DEV)/bin/python -m build --wheel --no-isolation --outdir $(@D) $(PYTHON_WORK)/stage \
	  > $(PYTHON_WORK)/build.log || { cat $(PYTHON_WORK)/build.log; exit 1; }
	@ls -l $@

.PHONY: test-python
test-python: library sandbox python-tools lint-python ## the Python package: its tests, types and style
	KCASE_LIBRARY=$(abspath $(PYTHON_LIBRARY)) SANDBOX=$(abspath $(SANDBOX)) \
	  $(abspath $(PYTHON_DEV))/bin/python -m pytest -c $(PYTHON_PACKAGE)/pyproject.toml \
	  --rootdir $(PYTHON_PACKAGE) $(PYTHON_PACKAGE)

# How a program is made of the package: with Celery, gunicorn, FastAPI and Django, in a venv of their own.
PYTHON_RECIPES := examples/queues/python
PYTHON_RECIPES_VENV := $(PYTHON_WORK)/recipes-venv

.PHONY: python-recipes-tools
python-recipes-tools: $(PYTHON_RECIPES_VENV)/.installed
	@$(DEPS) redis-server

$(PYTHON_RECIPES_VENV)/.installed: $(PYTHON_RECIPES)/requirements.txt
	@echo "python: installing into $(PYTHON_RECIPES_VENV): $$(xargs < $<)"
	@rm -rf $(PYTHON_RECIPES_VENV)
	@mkdir -p $(PYTHON_WORK)
	@/usr/bin/python3 -m venv $(PYTHON_RECIPES_VENV)
	@$(PYTHON_RECIPES_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

PYTHON_RECIPES_TEST = KCASE_LIBRARY=$(abspath $(PYTHON_LIBRARY)) KCASE_SANDBOX=$(abspath $(SANDBOX)) \
  $(abspath $(PYTHON_RECIPES_VENV))/bin/python -m pytest -c $(PYTHON_RECIPES)/pytest.ini \
  --rootdir $(PYTHON_RECIPES) $(PYTHON_RECIPES)/tests

TESTS += test-python-recipes
test-python-recipes test-python-queues: private SHELL := $(abspath Tests/Support/shell)

.PHONY: test-python-recipes
test-python-recipes: library sandbox python-recipes-tools ## Celery with Redis, gunicorn, FastAPI, Django
	JOBS=20 $(PYTHON_RECIPES_TEST)

.PHONY: test-python-queues
test-python-queues: library sandbox python-recipes-tools ## the same: 200 jobs each, workers killed at random
	JOBS=200 KILLS=12 $(PYTHON_RECIPES_TEST)

# Who runs it says which library C is linked with: build/bench/client_kcase is that of `make bench`.
.PHONY: bench-python
bench-python: library python-tools $(BENCH)/client_kcase ## instructions per cancel over C, by callgrind
	KCASE_LIBRARY=$(abspath $(PYTHON_LIBRARY)) PYTHONPATH=$(PYTHON_PACKAGE)/src \
	  $(PYTHON_DEV)/bin/python $(PYTHON_PACKAGE)/benchmarks/instructions.py $(BENCH)/client_kcase

.PHONY: lint-python
lint-python: python-tools ## how the Python package is written: ruff, mypy
	$(PYTHON_DEV)/bin/ruff check --quiet --no-cache $(PYTHON_PACKAGE)
	$(PYTHON_DEV)/bin/ruff format --quiet --no-cache --check $(PYTHON_PACKAGE)
	cd $(PYTHON_PACKAGE) && $(abspath $(PYTHON_DEV))/bin/mypy --strict --cache-dir $(abspath $(PYTHON_WORK))/mypy

# What `pip install` of the wheel gives, in a venv of its own, with nothing in PATH.
.PHONY: test-python-package
test-python-package: sandbox $(WHEEL) ## the wheel in a clean venv, without a toolchain
	$(PYTHON_PACKAGE)/tests/installed $(WHEEL) $(abspath $(SANDBOX)) $(PYTHON_WORK)/clean

.PHONY: audit-python-package
audit-python-package: $(WHEEL) ## whether the wheel keeps what its tag promises
	$(PYTHON_DEV)/bin/auditwheel show $(WHEEL) | tee $(PYTHON_WORK)/audit.txt
	@tr '\n' ' ' < $(PYTHON_WORK)/audit.txt | grep -q 'platform tag: "$(AUDIT_PLATFORM)"'
	@echo "audit: $(notdir $(WHEEL)) is what it says"
