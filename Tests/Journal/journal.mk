# The journal. Included by the top Makefile.

# Where the long tests keep their files: the disk whose syncs are to count, or a tmpfs for speed.
JOURNAL_FOLDER ?= $(BUILD)
JOURNAL_SEED ?= 1

.PHONY: test-journal
test-journal: deps library sandbox ## the journal: crashes, losses of power, full disks, changes
	SANDBOX=$(SANDBOX_BINARY) $(PYTEST) Tests/Journal

.PHONY: test-journal-crashes
test-journal-crashes: deps library sandbox ## 2,000 cases, processes killed at 200 instants
	SANDBOX=$(SANDBOX_BINARY) $(PYTHON) Tests/Journal/crashes.py 2000 200 $(JOURNAL_SEED) $(JOURNAL_FOLDER)

.PHONY: test-journal-full
test-journal-full: deps library sandbox ## 6,000 cases, killed at 200 instants on a small disk that is full
	SANDBOX=$(SANDBOX_BINARY) $(PYTHON) Tests/Journal/full_disk.py 6000 200 $(JOURNAL_SEED)

.PHONY: test-journal-processes
test-journal-processes: deps library ## 4 processes with 1,000,000 commits, and 32 processes, on one file
	$(PYTHON) Tests/Journal/contention.py 4 125000 $(JOURNAL_FOLDER)
	$(PYTHON) Tests/Journal/contention.py 32 5000 $(JOURNAL_FOLDER)

.PHONY: test-journal-power
test-journal-power: deps library sandbox ## losses of power again, many states for each instant
	KCASE_POWER_SAMPLES=50 SANDBOX=$(SANDBOX_BINARY) $(PYTEST) Tests/Journal/test_power_loss.py --timeout=1800

.PHONY: bench-journal
bench-journal: deps library sandbox ## what a journal costs: batches of 64, the disk's rate, 1,000,000 records
	SANDBOX=$(SANDBOX_BINARY) $(PYTHON) Tests/Journal/bench.py $(JOURNAL_FOLDER)
