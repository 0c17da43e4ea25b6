# What a cancel costs, beside everything that a user might take instead. Included by the top Makefile, whose
# BUILD, LIBRARY and HEADER it uses.

BENCH := $(BUILD)/bench
BENCH_CLIENTS := Tests/Benchmarks/clients
BENCH_VENV := $(BENCH)/venv/.installed
BENCH_PYCURL := $(BENCH)/pycurl/.installed
BENCH_OPENAPI := $(BENCH)/openapi/.made
BENCH_RUN := Tests/Benchmarks/run --build $(BUILD)
BENCH_CHECK := Tests/Benchmarks/check_bounds --build $(BUILD)

CLIENTS := $(addprefix $(BENCH)/client_,kcase kcase_json curl socket openapi)
BATCHES := $(addprefix $(BENCH)/batch_,kcase multi multi_socket)
BENCH_PROGRAMS := $(CLIENTS) $(BATCHES) $(BENCH)/load_cost $(BENCH)/latency

# All parts run, whichever figure is out of bounds; then the exit status says whether one was.
.PHONY: bench
bench: bench-ready $(BENCH)/latency ## measure cancels, batches, cold starts and interrupts (10 minutes)
	@$(BENCH_RUN) one_after_another batches million cold_start
	@$(BENCH)/venv/bin/python Tests/Benchmarks/plots --build $(BUILD)
	@kept=0; Tests/Benchmarks/latency --build $(BUILD) || kept=1; $(BENCH_CHECK) || kept=1; exit $$kept

.PHONY: bench-one-after-another bench-batches bench-million bench-cold-start bench-latency bench-instructions
bench-one-after-another: bench-ready ## what one cancel costs, over a kept-alive connection
	@$(BENCH_RUN) one_after_another
	@$(BENCH_CHECK) one_after_another

bench-batches: bench-ready ## 10,000 cancels, 64 at a time, with answers that take 20 ms
	@$(BENCH_RUN) batches
	@$(BENCH_CHECK) batches

CASES ?= 1000000
bench-million: bench-ready ## memory and descriptors of a batch of a million cases (CASES=...)
	@$(BENCH_RUN) --cases $(CASES) million
	@$(BENCH_CHECK) million

.PHONY: bench-lists
bench-lists: deps library ## finding cases in a list of 220 MB: CPU time and memory
	@$(PYTHON) Tests/Benchmarks/lists.py $(BUILD)/lib/libkcase.so.1

bench-cold-start: bench-ready ## from the start of a process to its first answer; what loading adds
	@$(BENCH_RUN) cold_start
	@$(BENCH_CHECK) cold_start

bench-latency: library $(BENCH)/latency ## how soon a call ends
	@Tests/Benchmarks/latency --build $(BUILD)

bench-instructions: library $(addprefix $(BENCH)/client_,kcase kcase_json kcase_text) ## count, not time
	@Tests/Benchmarks/instructions --build $(BUILD)

.PHONY: bench-ruby-instructions
bench-ruby-instructions: library $(BENCH)/client_kcase ## the same from Ruby
	@Tests/Benchmarks/ruby_instructions --build $(BUILD)

# --- What it needs ---------------------------------------------------------------------------------

.PHONY: bench-ready
bench-ready: library bundle bench-tools bench-peer-tools $(BENCH_VENV) $(BENCH_PYCURL) \
  $(CLIENTS) $(BATCHES) $(BENCH)/load_cost

# The server that is asked. The benchmark runs a server of its own; the system's is not started.
.PHONY: bench-tools
bench-tools:
	@$(DEPS) nginx-light

# What delays the server's answers, and what pycurl is built of.
.PHONY: bench-peer-tools
bench-peer-tools:
	@$(DEPS) nginx-light libnginx-mod-http-echo libssl-dev python3-dev

$(BENCH_VENV): Tests/Benchmarks/requirements.txt
	@echo "bench: installing Python packages into $(BENCH)/venv: $$(sed 's/#.*//' $< | xargs)"
	@rm -rf $(@D) && mkdir -p $(BENCH)
	@/usr/bin/python3 -m venv $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# pycurl brings a libcurl of its own, newer than Debian's. This is the same pycurl on the libcurl that kcase
# uses.
$(BENCH_PYCURL): Tests/Benchmarks/requirements.txt $(BENCH_VENV)
	@echo "bench: building $$(grep ^pycurl $<) on the system's libcurl into $(@D)"
	@rm -rf $(@D)
	@PYCURL_SSL_LIBRARY=openssl $(BENCH)/venv/bin/pip install --quiet --disable-pip-version-check \
	  --no-cache-dir --no-binary pycurl --no-deps --target $(@D) $$(grep ^pycurl $<)
	@touch $@

# The clients that openapi-generator makes from the contract, in C and in Python.
CONTRACT := Tests/Contract/cancel-a-case.yaml
$(BENCH_OPENAPI): $(CONTRACT) $(BENCH_VENV)
	@echo "bench: making clients from $(CONTRACT)"
	@rm -rf $(@D) && mkdir -p $(@D)
	@for language in c python; do \
	  $(BENCH)/venv/bin/openapi-generator-cli generate --input-spec $(CONTRACT) --generator-name $$language \
	    --output $(@D)/$$language >$(@D)/$$language.log 2>&1 || { cat $(@D)/$$language.log; exit 1; }; done
	@touch $@

# --- Programs --------------------------------------------------------------------------------------

BENCH_CC := $(CC) -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -I$(BUILD)/include
BENCH_HEADERS := $(wildcard $(BENCH_CLIENTS)/*.h) $(HEADER)
BENCH_KCASE := -L$(BUILD)/lib -lkcase -Wl,-rpath,'$$ORIGIN/../lib'
bench_sources = $(patsubst %,$(BENCH_CLIENTS)/%.c,$(1))

ONE_AFTER_ANOTHER := $(call bench_sources,one_after_another cost)

# Each program is linked with what its own client needs and no more.
$(BENCH)/client_kcase: $(ONE_AFTER_ANOTHER) $(call bench_sources,client_kcase open_kcase) \
  $(BENCH_HEADERS) $(LIBRARY)
	@mkdir -p $(@D)
	$(BENCH_CC) $(filter %.c,$^) -o $@ $(BENCH_KCASE)

$(BENCH)/client_kcase_json: private READ := JSON
$(BENCH)/client_kcase_text: private READ := TEXT
$(BENCH)/client_kcase_json $(BENCH)/client_kcase_text: $(ONE_AFTER_ANOTHER) \
  $(call bench_sources,client_kcase open_kcase) $(BENCH_HEADERS) $(LIBRARY)
	@mkdir -p $(@D)
	$(BENCH_CC) -DREAD_$(READ) $(filter %.c,$^) -o $@ $(BENCH_KCASE)

$(BENCH)/client_curl: $(ONE_AFTER_ANOTHER) $(call bench_sources,client_curl careful_easy) $(BENCH_HEADERS)
	@mkdir -p $(@D)
	$(BENCH_CC) $(filter %.c,$^) -o $@ -lcurl

$(BENCH)/client_socket: $(ONE_AFTER_ANOTHER) $(call bench_sources,client_socket) $(BENCH_HEADERS)
	@mkdir -p $(@D)
	$(BENCH_CC) $(filter %.c,$^) -o $@

# The generated sources are not ours to warn about.
$(BENCH)/client_openapi: $(ONE_AFTER_ANOTHER) $(call bench_sources,client_openapi) \
  $(BENCH_HEADERS) $(BENCH_OPENAPI)
	@mkdir -p $(@D)
	@cd $(BENCH)/openapi/c && $(CC) -O2 -w -c src/*.c api/*.c model/*.c external/*.c
	$(BENCH_CC) -isystem $(BENCH)/openapi/c $(filter %.c,$^) $(BENCH)/openapi/c/*.o -o $@ -lcurl

$(BENCH)/batch_kcase: $(call bench_sources,batch_kcase watch cost open_kcase) $(BENCH_HEADERS) $(LIBRARY)
	@mkdir -p $(@D)
	$(BENCH_CC) $(filter %.c,$^) -o $@ $(BENCH_KCASE)

$(BENCH)/batch_multi $(BENCH)/batch_multi_socket: $(BENCH)/batch_%: $(BENCH_CLIENTS)/batch_%.c \
  $(call bench_sources,transfers careful_easy cost) $(BENCH_HEADERS)
	@mkdir -p $(@D)
	$(BENCH_CC) $(filter %.c,$^) -o $@ -lcurl

$(BENCH)/load_cost: Tests/Benchmarks/load_cost.c
	@mkdir -p $(@D)
	$(BENCH_CC) $< -o $@ -lcurl -ljansson -ldl

# The program's own lookup of names stands in for the C library's, in libcurl too.
LATENCY_SOURCES := $(addprefix Tests/Benchmarks/,latency.c phase.c silent_server.c slow_lookup.c)

$(BENCH)/latency: $(LATENCY_SOURCES) $(wildcard Tests/Benchmarks/*.h) $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Werror -pthread -I$(BUILD)/include \
	  $(LATENCY_SOURCES) -o $@ -L$(BUILD)/lib -lkcase -Wl,-rpath,'$$ORIGIN/../lib' \
	  -Wl,--export-dynamic-symbol=getaddrinfo
