# The shared table, run from C. Included by the top Makefile.

TABLE_PROGRAM := $(BUILD)/tests/table/test_table

.PHONY: test-table
test-table: deps library sandbox $(TABLE_PROGRAM) ## the table that C, Python and Ruby share, in C
	KCASE_SANDBOX=$(abspath $(SANDBOX)) timeout 180 $(TABLE_PROGRAM) Tests/Table/cases.json

$(TABLE_PROGRAM): $(wildcard Tests/Table/*.[ch] Tests/Support/c/*.[ch]) $(LIBRARY) $(HEADER)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -pthread -I$(BUILD)/include -ITests/Support/c \
	  $(filter %.c,$^) -o $@ -L$(BUILD)/lib -lkcase -ljansson -lcmocka -pthread \
	  -Wl,-rpath,$(abspath $(BUILD)/lib)
