# The pages, the header's comments and the lint scripts. Included by the top Makefile, whose BUILD, PYTEST and
# library it uses.

.PHONY: test-docs
test-docs: deps library ## every place that lists configuration keys, the header's comments, the lint scripts
	BUILD=$(BUILD_ROOT) $(PYTEST) Tests/Docs
