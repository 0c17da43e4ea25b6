# The pages, the header's comments and the lint scripts. Included by the top Makefile, whose BUILD, PYTEST and
# library it uses.

.PHONY: test-docs
test-docs: deps library ## the pages, the header's comments, lists of keys, the lint scripts
	BUILD=$(BUILD_ROOT) $(PYTEST) Tests/Docs
