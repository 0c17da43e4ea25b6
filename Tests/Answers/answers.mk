# Answers that the service did not write. Included by the top Makefile, whose BUILD and PYTEST it uses.

.PHONY: test-answers
test-answers: deps library ## claims after answers in every status and form, the service's own and others'
	BUILD=$(BUILD_ROOT) $(PYTEST) Tests/Answers
