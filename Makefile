# kcase: build, try, test. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Swift's builds use every core already, and some of the tests measure time.
.NOTPARALLEL:

VERSION := $(shell sed -n 's/^\#define KCASE_VERSION "\(.*\)"/\1/p' include/kcase.h)
MAJOR := $(firstword $(subst ., ,$(VERSION)))

BUILD := build
LIBRARY := $(BUILD)/lib/libkcase.so.$(VERSION)
HEADER := $(BUILD)/include/kcase.h
SANDBOX := $(BUILD)/bin/kcase-sandbox
EXAMPLES := $(addprefix $(BUILD)/bin/,cancel_case cancel_list cancel_services find_case webhook)
PYTHON := $(BUILD)/venv/bin/python
# Installs what is missing; a target that needs further Debian packages names them: @$(DEPS) nginx-light
DEPS := .ci/make/deps $(BUILD)

SWIFT_BUILD_FLAGS ?=
# "static" builds the library with the whole Swift runtime inside, for platforms without Embedded Swift.
KCASE_RUNTIME ?= embedded
PREFIX ?= /usr/local

export KCASE_RUNTIME

include Tests/tests.mk
include Tests/Answers/answers.mk
include Tests/Benchmarks/bench.mk
include Tests/Docs/docs.mk
include Tests/Endurance/endurance.mk
include Tests/Hosts/hosts.mk
include Tests/Journal/journal.mk
include bindings/bundle/bundle.mk
include bindings/cli/cli.mk
include bindings/python/python.mk
include bindings/ruby/ruby.mk
include examples/sandbox/packages/packages.mk
include Tests/Table/table.mk

.PHONY: help
help: ## show this list
	@.ci/make/help $(MAKEFILE_LIST)

# --- Set-up ----------------------------------------------------------------------------------------

.PHONY: deps
deps: ## install the Debian and Python packages that building and testing need
	@$(DEPS)

# --- Build -----------------------------------------------------------------------------------------

.PHONY: build
build: deps library sandbox cli $(EXAMPLES) ## build the library, the command line, the sandbox, the examples

.PHONY: library
library: $(LIBRARY) $(HEADER) ## the library and its header: build/lib, build/include

LIBRARY_SOURCES := Package.swift $(shell find Sources include -type f)

# Only the header's functions leave the library, under a version node of their own.
$(BUILD)/kcase.map: include/kcase.h
	@mkdir -p $(@D)
	@{ echo "KCASE_$(MAJOR) {"; echo "  global:"; \
	  $(CC) -E -P $< | grep -oE '\bkcase_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u | sed 's/.*/    &;/'; \
	  echo "  local:"; echo "    *;"; echo "};"; } > $@

# Functions that came out the same, as generic code does for types of one layout, are kept once. Where libc
# has no memory for Swift's objects, it comes from the library's own reserve.
LINK_FLAGS := --version-script=$(BUILD)/kcase.map -soname=libkcase.so.$(MAJOR) -zdefs -znow -zrelro \
  -znodelete -znoexecstack --gc-sections --as-needed \
  $(if $(filter static,$(KCASE_RUNTIME)),,--icf=all --wrap=posix_memalign --wrap=free)
C_OBJECTS := $(addprefix $(BUILD)/,libraries.o sqlite.o $(if $(filter static,$(KCASE_RUNTIME)),,reserve.o))
# libcurl and jansson are called by handles of the library's own, where that is written for the processor:
# then SwiftPM, which asks pkg-config, is to link with neither.
BOUND := $(filter x86_64 aarch64,$(shell uname -m))

# SwiftPM's plan of a build with other flags, as the linters make it, is not to be taken for this one's.
# Exclusive access to memory is checked in the debug build, which the tests and sanitizers use. Sections per
# function let the linker drop what no layer above uses.
SWIFT_FLAGS := --disable-build-manifest-caching -Xswiftc -warnings-as-errors \
  -Xswiftc -enforce-exclusivity=unchecked \
  -Xswiftc -Xfrontend -Xswiftc -function-sections \
  --disable-local-rpath -Xswiftc -no-toolchain-stdlib-rpath -Xswiftc -use-ld=lld \
  $(if $(filter static,$(KCASE_RUNTIME)),-Xswiftc -static-stdlib) $(SWIFT_BUILD_FLAGS)
SCRATCH := .build$(if $(filter static,$(KCASE_RUNTIME)),-static)

# Changes when the library is to be built in the other way.
$(BUILD)/runtime: FORCE
	@mkdir -p $(@D)
	@echo $(KCASE_RUNTIME) | cmp -s - $@ || echo $(KCASE_RUNTIME) > $@

.PHONY: FORCE

$(BUILD)/%.o: Sources/CLibraries/%.c Sources/CLibraries/binding.h | deps
	@mkdir -p $(@D)
	$(CC) -std=c99 -O2 -fPIC -ffunction-sections -Wall -Wextra -Werror -c $< -o $@

$(BUILD)/bound: | deps
	@mkdir -p $@
	@for name in libcurl jansson; do \
	  printf '%s\n' "Name: $$name" "Description: bound at run time" \
	    "Version: $$(pkg-config --modversion $$name)" \
	    "Cflags: $$(pkg-config --cflags $$name)" "Libs:" > $@/$$name.pc; done

# No debug information, which is stripped here anyway, and no hash of a folder: the same bytes in any folder.
$(LIBRARY): $(LIBRARY_SOURCES) $(BUILD)/kcase.map $(C_OBJECTS) $(BUILD)/runtime .ci/make/library.ld \
  | deps $(BUILD)/bound
	@mkdir -p $(@D)
	$(if $(BOUND),PKG_CONFIG_PATH=$(abspath $(BUILD)/bound)) \
	  swift build -c release --product kcase --scratch-path $(SCRATCH) -debug-info-format none $(SWIFT_FLAGS) \
	  $(addprefix -Xlinker ,$(abspath $(C_OBJECTS)) $(LINK_FLAGS) -T.ci/make/library.ld)
	strip --strip-all -o $@ $(SCRATCH)/release/libkcase.so
	ln -sf libkcase.so.$(VERSION) $(@D)/libkcase.so.$(MAJOR)
	ln -sf libkcase.so.$(MAJOR) $(@D)/libkcase.so

$(HEADER): include/kcase.h
	@mkdir -p $(@D)
	cp $< $@

.PHONY: sandbox
sandbox: $(SANDBOX) ## the simulated KarmaCheck: build/bin/kcase-sandbox

$(SANDBOX): $(shell find examples/sandbox -name .build -prune -o -name '*.swift' -print) | deps
	@mkdir -p $(@D)
	swift build -c release --package-path examples/sandbox --product kcase-sandbox
	install -s examples/sandbox/.build/release/kcase-sandbox $@

$(EXAMPLES): $(BUILD)/bin/%: examples/c/%.c $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(CC) -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -I$(BUILD)/include $< -o $@ \
	  -L$(BUILD)/lib -lkcase -ljansson -Wl,-rpath,'$$ORIGIN/../lib'

# --- Try -------------------------------------------------------------------------------------------

.PHONY: demo
demo: build ## cancel cases from C, Python and Ruby against the sandbox
	@examples/demo

.PHONY: install
install: library ## install the library, its headers, the command line and the rest under PREFIX
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include
	install -m 755 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib
	cp -P $(BUILD)/lib/libkcase.so.$(MAJOR) $(BUILD)/lib/libkcase.so $(DESTDIR)$(PREFIX)/lib
	install -m 644 include/kcase.h include/kcase.ffi.h include/kcase.api.json $(DESTDIR)$(PREFIX)/include
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' bindings/c/kcase.pc.in \
	  > $(DESTDIR)$(PREFIX)/lib/pkgconfig/kcase.pc

# --- Check a change --------------------------------------------------------------------------------

# How many histories the simulation runs here; make test runs ten times as many.
CHECK_HISTORIES ?= 20000
# The programs of Tests/C that hold outcomes against what happened.
CHECK_PROGRAMS := outcomes ambiguous claims

.PHONY: check
check: lint test-unit test-schema test-docs library sandbox ## what to run for each change, about 5 minutes
	KCASE_HISTORIES=$(CHECK_HISTORIES) $(SIMULATION)
	$(MAKE) --no-print-directory -C Tests/C BUILD=$(BUILD_ROOT) SANDBOX=$(SANDBOX_BINARY) $(CHECK_PROGRAMS)
	@echo "kcase: all checks passed"

# --- Keep tidy -------------------------------------------------------------------------------------

.PHONY: clean
clean: ## remove everything that was built
	rm -rf $(BUILD) .build .build-* examples/sandbox/.build bindings/cli/.build
