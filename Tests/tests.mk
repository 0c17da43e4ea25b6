# Tests: included by the Makefile. `make test` runs all of them but the long ones.

PYTEST := $(abspath $(PYTHON)) -m pytest -c Tests/pytest.ini
# The tests of the debug build; the crash reporter would trip the sanitizers.
SWIFT_TEST := SWIFT_BACKTRACE=enable=no swift test --disable-xctest --quiet
# The simulation wants speed: the same source, optimized, with the full runtime.
SIMULATION := KCASE_RUNTIME=static $(SWIFT_TEST) -c release -Xswiftc -enable-testing \
  --scratch-path .build-simulation --filter KCaseSimulation

export BUILD_ROOT := $(abspath $(BUILD))
export SANDBOX_BINARY := $(abspath $(SANDBOX))

# Those that build Swift; and those that run what was built.
BUILDING_TESTS := lint test-unit test-simulation test-sanitize test-sandbox test-full-runtime
TESTS := test-c test-wire test-answers test-endurance test-journal test-python test-ruby test-cli \
  test-schema test-examples test-table test-abi test-contract test-docs

# What the suites need is installed before, since two of them run at a time. All of them run, whichever fails.
.PHONY: test test-tools
test: build test-tools ## run all tests but the long ones
	@MAKE="$(MAKE)" Tests/run-suites $(BUILDING_TESTS) -- $(TESTS)
test-tools: abi-tools bench-tools python-tools python-recipes-tools ruby-tools

# Wherever make was started from, a suite finds the same signals, standard input, locale and umask, and no
# proxy. Prerequisites, which may be downloads, are made with what make was started with.
$(filter-out lint,$(BUILDING_TESTS)) $(TESTS) hosts soak endurance test-memory-failures test-bundle \
  test-bundle-wire test-bundle-aarch64 test-python-package test-ruby-install bench bench-one-after-another \
  bench-batches bench-million bench-cold-start bench-latency \
  bench-instructions: private SHELL := $(abspath Tests/Support/shell)

.PHONY: lint
lint: deps ## how the sources are written: format, shell, length of lines, spelling, names
	@.ci/lint/all $(PYTHON)

.PHONY: test-unit
test-unit: deps ## the core, in the debug build
	$(SWIFT_TEST) --filter KCaseTests

.PHONY: test-simulation
test-simulation: deps ## the core against a simulated service, 200,000 histories
	KCASE_HISTORIES=200000 $(SIMULATION)

.PHONY: soak
soak: deps ## the same, 5,000,000 histories
	KCASE_HISTORIES=5000000 $(SIMULATION)

.PHONY: test-sanitize
test-sanitize: deps ## the core again, under AddressSanitizer (with leaks) and ThreadSanitizer
	KCASE_HISTORIES=500 $(SWIFT_TEST) --sanitize=address --scratch-path .build-asan
	$(SWIFT_TEST) --sanitize=thread --scratch-path .build-tsan --filter KCaseTests

.PHONY: test-sandbox
test-sandbox: sandbox ## the sandbox's own tests
	swift test --disable-xctest --quiet --package-path examples/sandbox

.PHONY: test-contract
test-contract: deps sandbox ## the sandbox against the contract of the call
	PYTHON=$(abspath $(PYTHON)) SANDBOX=$(SANDBOX_BINARY) Tests/Contract/run

.PHONY: test-c
test-c: deps library sandbox ## C programs against the release library, and once more under valgrind
	$(MAKE) --no-print-directory -C Tests/C BUILD=$(BUILD_ROOT) SANDBOX=$(SANDBOX_BINARY) run valgrind

.PHONY: fuzz-answers
fuzz-answers: deps library ## odd answers over kept connections, under valgrind, FUZZ_SECONDS=600
	$(MAKE) --no-print-directory -C Tests/C BUILD=$(BUILD_ROOT) fuzz-answers

.PHONY: fuzz-webhooks
fuzz-webhooks: deps library ## 1,000,000 webhooks that were changed on the way
	KCASE_FUZZED=1000000 KCASE_TESTS='no_input*' \
	  $(MAKE) --no-print-directory -C Tests/C BUILD=$(BUILD_ROOT) webhook

.PHONY: test-abi
test-abi: deps library abi-tools ## the library's surface; its interface as released, described and declared
	@export KCASE_LIBRARY=$(BUILD_ROOT)/lib/libkcase.so KCASE_HEADER=$(BUILD_ROOT)/include/kcase.h; failed=0; \
	for check in "surface" "abi check" "abi self-test" "constants" "describe check" "describe self-test" \
	  "parse" "declarations check" "declarations self-test"; do \
	  Tests/ABI/$$check || failed=1; done; exit $$failed

# The parsers for which kcase.ffi.h is made.
.PHONY: abi-tools
abi-tools:
	@$(DEPS) php-cli luajit python3-cffi

.PHONY: test-wire
test-wire: deps library ## faults at every byte of the wire, plain and TLS
	BUILD=$(BUILD_ROOT) $(PYTEST) Tests/Wire

.PHONY: test-full-runtime
test-full-runtime: deps sandbox ## some of the C programs against the library with the whole Swift runtime
	$(MAKE) --no-print-directory library KCASE_RUNTIME=static BUILD=$(BUILD)/full DEPS=true
	$(MAKE) --no-print-directory -C Tests/C BUILD=$(BUILD_ROOT)/full SANDBOX=$(SANDBOX_BINARY) \
	  outcomes ambiguous claims reading input wire interrupt threads fork take journal

.PHONY: test-reproducible
test-reproducible: library ## the library built once more, in another folder: the same bytes
	Tests/ABI/reproducible $(LIBRARY)

.PHONY: test-schema
test-schema: deps library sandbox ## the JSON schemas against the release library
	BUILD=$(BUILD_ROOT) SANDBOX=$(SANDBOX_BINARY) $(PYTEST) Tests/Schema

.PHONY: test-examples
test-examples: build ## the examples, as a newcomer runs them
	PYTHON=$(abspath $(PYTHON)) SANDBOX=$(SANDBOX_BINARY) $(PYTEST) Tests/Examples

.PHONY: test-cli
test-cli: deps cli sandbox ## the command line, as people and scripts use it
	$(PYTEST) bindings/cli/Tests
