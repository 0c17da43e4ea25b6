# The sandbox as packages for Python and Ruby. Included by the top Makefile, whose BUILD and VERSION it uses.

SANDBOX_FOLDER := examples/sandbox
SANDBOX_PACKAGES := $(SANDBOX_FOLDER)/packages
SANDBOX_WORK := $(BUILD)/sandbox-packages
PORTABLE_SANDBOX := $(SANDBOX_WORK)/kcase-sandbox
# What Swift's static libraries need of glibc: Debian 12, Ubuntu 22.04.
SANDBOX_WHEEL := $(SANDBOX_WORK)/kcase_sandbox-$(VERSION)-py3-none-manylinux_2_35_x86_64.whl
SANDBOX_GEM := $(SANDBOX_WORK)/kcase-sandbox-$(VERSION)-x86_64-linux.gem

.PHONY: sandbox-packages
sandbox-packages: $(SANDBOX_WHEEL) $(SANDBOX_GEM) ## the sandbox as wheel and gem: build/sandbox-packages

$(PORTABLE_SANDBOX): $(shell find $(SANDBOX_FOLDER)/Sources $(SANDBOX_FOLDER)/Package.swift -type f) | deps
	@mkdir -p $(@D)
	KCASE_SANDBOX=portable swift build -c release --package-path $(SANDBOX_FOLDER) --product kcase-sandbox \
	  --scratch-path $(SANDBOX_FOLDER)/.build-portable --static-swift-stdlib -Xswiftc -use-ld=lld \
	  -Xlinker --gc-sections -Xlinker --icf=all -Xlinker --no-export-dynamic
	install -s $(SANDBOX_FOLDER)/.build-portable/release/kcase-sandbox $@

$(SANDBOX_WHEEL): $(PORTABLE_SANDBOX) $(shell find $(SANDBOX_PACKAGES)/python -type f) | python-tools
	@rm -rf $(SANDBOX_WORK)/python && mkdir -p $(SANDBOX_WORK)/python
	@cp -R $(SANDBOX_PACKAGES)/python/. LICENSE $(SANDBOX_WORK)/python
	@install -m 755 $(PORTABLE_SANDBOX) $(SANDBOX_WORK)/python/src/kcase_sandbox
	@cd $(SANDBOX_WORK)/python && KCASE_VERSION=$(VERSION) SOURCE_DATE_EPOCH=315532800 \
	  $(abspath $(PYTHON_DEV))/bin/python -m build --wheel --no-isolation --outdir .. . \
	  > ../python.log || { cat ../python.log; exit 1; }
	@ls -l $@

$(SANDBOX_GEM): $(PORTABLE_SANDBOX) $(shell find $(SANDBOX_PACKAGES)/ruby -type f) | deps
	@rm -rf $(SANDBOX_WORK)/ruby && mkdir -p $(SANDBOX_WORK)/ruby
	@cp -R $(SANDBOX_PACKAGES)/ruby/. LICENSE $(SANDBOX_WORK)/ruby
	@install -D -m 755 $(PORTABLE_SANDBOX) $(SANDBOX_WORK)/ruby/libexec/kcase-sandbox
	cd $(SANDBOX_WORK)/ruby && KCASE_VERSION=$(VERSION) \
	  gem build --output ../$(notdir $@) kcase-sandbox.gemspec

.PHONY: test-sandbox-packages
test-sandbox-packages: $(SANDBOX_WHEEL) $(SANDBOX_GEM) ## both, installed where there is no Swift
	@$(DEPS) curl
	$(SANDBOX_PACKAGES)/test $(SANDBOX_WHEEL) $(SANDBOX_GEM) $(SANDBOX_WORK)/clean
