# Long use, forks in the middle of it, and memory that runs out. Included by the top Makefile, whose BUILD,
# LIBRARY and HEADER it uses, after bench.mk, whose nginx it needs.

ENDURANCE := $(BUILD)/endurance
ENDURANCE_PROGRAMS := $(addprefix $(ENDURANCE)/,soak reload forks busy_forks on_exec memory_failures)
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
	@Tests/Endurance/run --build $(BUILD) --cancels 20000 --reloads 2000 --memory some

.PHONY: test-memory-failures
test-memory-failures: library bench-tools $(ENDURANCE_PROGRAMS) ## each allocation of a call fails in turn
	@Tests/Endurance/run --build $(BUILD) --memory only

# Opens the library itself, at run time.
$(ENDURANCE)/reload: Tests/Endurance/reload.c $(ENDURANCE_PROCESS).c $(ENDURANCE_PROCESS).h $(HEADER)
	@mkdir -p $(@D)
	$(ENDURANCE_CC) $< $(ENDURANCE_PROCESS).c -o $@ -ldl

# Has an allocator of its own, and a server.
MEMORY_SOURCES := $(addprefix Tests/,Endurance/memory_failures.c Endurance/failing_allocations.c \
  Endurance/journals.c \
  C/support/raw_server.c Support/c/text.c)
$(ENDURANCE)/memory_failures: $(MEMORY_SOURCES) Tests/Endurance/failing_allocations.h \
  Tests/Endurance/journals.h \
  Tests/C/support/raw_server.h Tests/Support/c/text.h $(ENDURANCE_PROCESS).c $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(ENDURANCE_CC) -ITests/C/support $(MEMORY_SOURCES) $(ENDURANCE_PROCESS).c -o $@ $(ENDURANCE_LINK)

$(ENDURANCE)/%: Tests/Endurance/%.c $(ENDURANCE_SUPPORT) $(ENDURANCE_HEADERS) $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(ENDURANCE_CC) $< $(ENDURANCE_SUPPORT) -o $@ $(ENDURANCE_LINK)
