# Answers that the service did not write. Included by the top Makefile or by tests.mk.

.PHONY: test-answers
test-answers: deps library ## claims after answers in every status and form, the service's own and others'
	BUILD=$(abspath $(BUILD)) $(abspath $(PYTHON)) -m pytest -c Tests/pytest.ini Tests/Answers
