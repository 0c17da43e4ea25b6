# One file that runs on any Linux since 2014. Included by the top Makefile, whose BUILD, HEADER, SANDBOX and
# PYTEST it uses.

BUNDLE := $(BUILD)/bundle
BUNDLE_WORK := $(BUILD)/bundle-work
# With ACCEPT_OLDER=1 older sources are taken where the mirror lists newer ones than it has.
BUNDLE_BUILD := nice bindings/bundle/build --build $(BUILD) $(if $(filter 1,$(ACCEPT_OLDER)),--accept-older)
BUNDLE_TESTS := Tests/Bundle
BUNDLE_HOSTS := examples/c/cancel_case.c $(BUNDLE_TESTS)/ask.c
# What the same C programs are told: where the bundle is, and where to put what they are compiled to.
BUNDLE_C = $(MAKE) --no-print-directory -C Tests/C BUILD=$(abspath $(BUNDLE)) SANDBOX=$(SANDBOX_BINARY) \
  OUT=$(abspath $(BUNDLE_WORK))/tests/c
# It lacks no library: they are inside.
BUNDLE_PROGRAMS := $(filter-out missing_libraries,$(patsubst Tests/C/test_%.c,%,$(wildcard Tests/C/test_*.c)))

.PHONY: bundle
bundle: bundle-tools ## one file that needs nothing but libc, for any Linux since 2014: build/bundle
	@$(BUNDLE_BUILD)

.PHONY: bundle-aarch64
bundle-aarch64: bundle-tools ## the same for aarch64: build/bundle-aarch64
	@$(BUNDLE_BUILD) --arch aarch64

.PHONY: bundle-check
bundle-check: bundle-tools ## whether a part of the bundle has a newer version in its source
	@bindings/bundle/check --build $(BUILD)

.PHONY: bundle-tools
bundle-tools:
	@$(DEPS) dpkg-dev patch xz-utils perl cmake ninja-build

.PHONY: bundle-test-tools bundle-test-tools-aarch64
bundle-test-tools: $(BUILD)/venv/.bundle-tests
	@$(DEPS) binutils python3-pycurl libjson-c5 gnupg valgrind
bundle-test-tools-aarch64: bundle-test-tools
	@$(DEPS) binutils qemu-user libc6-arm64-cross

# What the tests need and nothing else does, in the environment of all tests.
$(BUILD)/venv/.bundle-tests: $(BUNDLE_TESTS)/requirements.txt $(wildcard $(BUILD)/venv/.installed) | deps
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: test-bundle
test-bundle: bundle sandbox bundle-test-tools ## the bundle: surface, C programs, other libraries, journals
	$(PYTHON) $(BUNDLE_TESTS)/check $(BUNDLE)
	$(BUNDLE_C) $(BUNDLE_PROGRAMS)
	BUNDLE=$(abspath $(BUNDLE)) BUNDLE_PREFIX=$(abspath $(BUNDLE_WORK))/x86_64/prefix \
	  $(PYTEST) $(BUNDLE_TESTS)
	KCASE_LIBRARY=$(abspath $(BUNDLE))/lib/libkcase.so.1 SANDBOX=$(SANDBOX_BINARY) $(PYTEST) Tests/Journal \
	  --deselect Journal/test_records.py::test_sqlite_is_loaded_for_a_journal_only

.PHONY: bundle-instructions
bundle-instructions: bundle ## what a cancel takes, beside a loop on the libcurl inside
	@$(DEPS) valgrind
	@python3 $(BUNDLE_TESTS)/instructions.py $(BUNDLE) $(BUNDLE_WORK)/x86_64/prefix

.PHONY: test-bundle-wire
test-bundle-wire: bundle ## faults at every byte of the wire against the bundle
	BUILD=$(abspath $(BUNDLE)) $(PYTEST) Tests/Wire

.PHONY: test-bundle-roots
test-bundle-roots: bundle sandbox ## the examples in clean Debian 11 and 12 (needs root)
	@$(DEPS) debootstrap
	@$(BUNDLE_BUILD) --programs $(BUNDLE_WORK)/programs $(BUNDLE_HOSTS)
	$(BUNDLE_TESTS)/roots $(BUNDLE) $(BUNDLE_WORK)/programs $(BUNDLE_WORK)/roots $(SANDBOX)

.PHONY: test-bundle-aarch64
test-bundle-aarch64: bundle-aarch64 sandbox bundle-test-tools-aarch64 ## the same for aarch64, in an emulator
	@$(BUNDLE_BUILD) --arch aarch64 --programs $(BUNDLE_WORK)/programs-aarch64 $(BUNDLE_HOSTS)
	$(PYTHON) $(BUNDLE_TESTS)/check $(BUNDLE)-aarch64
	$(BUNDLE_TESTS)/emulated $(BUNDLE)-aarch64 $(BUNDLE_WORK)/programs-aarch64 $(SANDBOX)

.PHONY: test-bundle-reproducible
test-bundle-reproducible: bundle ## built once more from nothing, elsewhere: the same bytes
	$(BUNDLE_TESTS)/same_bytes $(BUILD) $(BUNDLE_WORK)
