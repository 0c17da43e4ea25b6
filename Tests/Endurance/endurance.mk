# Long use, and forks in the middle of it. Included by the top Makefile, whose BUILD, LIBRARY and HEADER it
# uses, after bench.mk, whose nginx it needs.

ENDURANCE := $(BUILD)/endurance
ENDURANCE_PROGRAMS := $(addprefix $(ENDURANCE)/,soak reload forks busy_forks on_exec)
ENDURANCE_CC := $(CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Werror -pthread \
  -I$(BUILD)/include -ITests/Support/c
ENDURANCE_LINK := -L$(BUILD)/lib -lkcase -Wl,-rpath,'$$ORIGIN/../lib'
ENDURANCE_PROCESS := Tests/Support/c/process
ENDURANCE_SUPPORT := Tests/Endurance/child.c $(ENDURANCE_PROCESS).c
ENDURANCE_HEADERS := Tests/Endurance/child.h $(ENDURANCE_PROCESS).h

.PHONY: endurance
endurance: library bench-tools $(ENDURANCE_PROGRAMS) ## a million cancels, 10,000 loads, hundreds of forks
	@Tests/Endurance/run --build $(BUILD)

.PHONY: test-endurance
test-endurance: library bench-tools $(ENDURANCE_PROGRAMS) ## the same, shorter
	@Tests/Endurance/run --build $(BUILD) --cancels 20000 --reloads 2000

# Opens the library itself, at run time.
$(ENDURANCE)/reload: Tests/Endurance/reload.c $(ENDURANCE_PROCESS).c $(ENDURANCE_PROCESS).h $(HEADER)
	@mkdir -p $(@D)
	$(ENDURANCE_CC) $< $(ENDURANCE_PROCESS).c -o $@ -ldl

$(ENDURANCE)/%: Tests/Endurance/%.c $(ENDURANCE_SUPPORT) $(ENDURANCE_HEADERS) $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(ENDURANCE_CC) $< $(ENDURANCE_SUPPORT) -o $@ $(ENDURANCE_LINK)
