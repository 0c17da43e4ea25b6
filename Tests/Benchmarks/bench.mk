# What a cancel costs. Included by the top Makefile, whose BUILD, LIBRARY and HEADER it uses.

BENCH := $(BUILD)/bench
BENCH_PROGRAMS := $(BENCH)/one_after_another $(BENCH)/load_cost $(BENCH)/latency
BENCH_CC := $(CC) -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror

.PHONY: bench
bench: library bench-tools $(BENCH_PROGRAMS) ## measure what a cancel costs, and how soon a call ends
	@Tests/Benchmarks/run --build $(BUILD)
	@Tests/Benchmarks/latency --build $(BUILD)

# The server that is asked. The benchmark runs a server of its own; the system's is not started.
.PHONY: bench-tools
bench-tools:
	@.ci/deps $(BUILD) nginx-light

$(BENCH)/one_after_another: Tests/Benchmarks/one_after_another.c $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(BENCH_CC) -I$(BUILD)/include $< -o $@ -L$(BUILD)/lib -lkcase -lcurl -Wl,-rpath,'$$ORIGIN/../lib'

$(BENCH)/load_cost: Tests/Benchmarks/load_cost.c
	@mkdir -p $(@D)
	$(BENCH_CC) $< -o $@ -lcurl -ljansson -ldl

# The program's own look-up of names stands in for the C library's, in libcurl too.
LATENCY_SOURCES := $(addprefix Tests/Benchmarks/,latency.c phase.c silent_server.c slow_lookup.c)

$(BENCH)/latency: $(LATENCY_SOURCES) $(wildcard Tests/Benchmarks/*.h) $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Werror -pthread -I$(BUILD)/include \
	  $(LATENCY_SOURCES) -o $@ -L$(BUILD)/lib -lkcase -Wl,-rpath,'$$ORIGIN/../lib' \
	  -Wl,--export-dynamic-symbol=getaddrinfo
