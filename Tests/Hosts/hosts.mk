# Hosts in languages for which there is no package. Included by the top Makefile, whose BUILD, PYTEST, LIBRARY
# and SANDBOX it uses.

COBOL_PROGRAM := $(BUILD)/bin/cancel_case_cobol

.PHONY: hosts
hosts: deps library sandbox host-tools $(COBOL_PROGRAM) ## cancel cases from COBOL, PHP and LuaJIT
	BUILD=$(BUILD_ROOT) SANDBOX=$(SANDBOX_BINARY) $(PYTEST) Tests/Hosts

.PHONY: host-tools
host-tools:
	@$(DEPS) gnucobol3 php-cli luajit

# The program's own names are found when it is linked. The dynamic linker looks beside it for the library.
$(COBOL_PROGRAM): $(addprefix examples/hosts/,cancel_case.cob kcase.cpy) $(LIBRARY) | host-tools
	@mkdir -p $(@D)
	cobc -x -free -fstatic-call -Wall -Werror -I examples/hosts -o $@ $< -L$(BUILD)/lib -lkcase \
	  -Q '-Wl,-rpath,$$ORIGIN/../lib'
