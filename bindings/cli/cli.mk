# The command line. Included by the top Makefile, whose BUILD, LIBRARY and HEADER it uses.

CLI := $(BUILD)/bin/kcase
CLI_PACKAGE := bindings/cli
CLI_SOURCES := $(CLI_PACKAGE)/Package.swift $(CLI_PACKAGE)/build \
  $(shell find $(addprefix $(CLI_PACKAGE)/,Essentials Sources) -type f)

# One file beside the library, which is found in ../lib.
CLI_LINK := $(addprefix -Xswiftc ,-use-ld=lld -Xclang-linker -static-libgcc) \
  $(addprefix -Xlinker ,$(abspath $(BUILD)/cli/FoundationEssentials.o) \
  -L$(abspath $(BUILD)/cli) -L$(abspath $(BUILD)/lib) \
  --gc-sections --icf=all -znow -zrelro -rpath '$$ORIGIN/../lib')

.PHONY: cli
cli: $(CLI) ## the command line: build/bin/kcase

$(CLI): $(CLI_SOURCES) $(HEADER) | deps $(LIBRARY)
	@mkdir -p $(@D) $(BUILD)/cli
	@# The Swift runtime asks for -lstdc++ and takes what it finds first.
	@ln -sf "$$($(CXX) -print-file-name=libstdc++.a)" $(BUILD)/cli
	$(CLI_PACKAGE)/build $(BUILD)/cli --product kcase $(CLI_LINK)
	strip --strip-all -o $@ $(CLI_PACKAGE)/.build/release/kcase

.PHONY: cli-pages
cli-pages: cli ## the manual page and the completions, written anew
	@$(CLI_PACKAGE)/pages $(CLI)

.PHONY: install-cli
install-cli: cli ## install the command line, its manual page and its completions under PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions zsh/site-functions \
	  fish/vendor_completions.d)
	install -m 755 $(CLI) $(DESTDIR)$(PREFIX)/bin/kcase
	install -m 644 $(CLI_PACKAGE)/kcase.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(CLI_PACKAGE)/completions/kcase.bash \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kcase
	install -m 644 $(CLI_PACKAGE)/completions/_kcase $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -m 644 $(CLI_PACKAGE)/completions/kcase.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

# make install puts all of it there.
install: install-cli

.PHONY: cli-screens
cli-screens: cli sandbox ## the screens of docs/command-line.md, made anew
	@$(PYTHON) $(CLI_PACKAGE)/screens $(CLI) $(SANDBOX)

.PHONY: test-cli-long
test-cli-long: cli sandbox ## 10,000,000 lines in 64 MB; 100,000 cases, killed 50 times
	$(PYTHON) $(CLI_PACKAGE)/Tests/long_runs.py

.PHONY: bench-cli
bench-cli: cli sandbox ## one cancel from the start of the process to its end, beside curl
	$(PYTHON) $(CLI_PACKAGE)/Tests/start_cost.py
