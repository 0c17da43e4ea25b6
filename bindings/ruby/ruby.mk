# The Ruby gem. Included by the top Makefile, whose BUILD, LIBRARY, SANDBOX and MAJOR it uses.

RUBY_GEM := bindings/ruby
RUBY_QUEUES := examples/queues/ruby
RUBY_WORK := $(BUILD)/ruby
# The platform that the gem is for. It carries BUNDLE_LIB, as the Python package does.
RUBY_PLATFORM ?= x86_64-linux-gnu
RUBY_TESTS ?= $(sort $(wildcard $(RUBY_GEM)/test/test_*.rb))
# What is run once more with the fiddle of Ruby 2.7.
RUBY_OLD_TESTS := $(addprefix $(RUBY_GEM)/test/test_,table.rb result.rb client.rb batch.rb interrupt.rb)
RUBY_TEST = KCASE_LIBRARY=$(abspath $(LIBRARY)) SANDBOX_BINARY=$(abspath $(SANDBOX)) nice ruby -w
ruby_load = $(foreach test,$(1),-r./$(test)) -e ''

.PHONY: ruby-tools
ruby-tools:
	@$(DEPS) rubocop yard ruby-minitest ruby-activesupport

.PHONY: ruby-gem
ruby-gem: deps $(BUNDLE_LIB) ## the Ruby gem, which carries BUNDLE_LIB: build/ruby
	@rm -rf $(RUBY_WORK)/gem && mkdir -p $(RUBY_WORK)/gem
	@cp -r $(addprefix $(RUBY_GEM)/,lib sig exe README.md .yardopts kcase.gemspec) LICENSE CHANGELOG.md \
	  $(RUBY_WORK)/gem
	@printf '%s\n' - CHANGELOG.md >> $(RUBY_WORK)/gem/.yardopts
	@rm -rf $(RUBY_WORK)/gem/lib/kcase/native
	@install -D -m 755 $(BUNDLE_LIB) $(RUBY_WORK)/gem/lib/kcase/native/libkcase.so.$(MAJOR)
	@for file in LICENSES sbom.cdx.json; do \
	  from=$(dir $(BUNDLE_LIB))../$$file; \
	  if [ -e $$from ]; then cp -r $$from $(RUBY_WORK)/gem/lib/kcase/native; fi; done
	cd $(RUBY_WORK)/gem && KCASE_GEM_PLATFORM=$(RUBY_PLATFORM) \
	  gem build --output ../kcase-$(VERSION)-$(RUBY_PLATFORM).gem kcase.gemspec

.PHONY: lint-ruby
lint-ruby: ruby-tools ## how the gem is written: rubocop, its signatures, its reference
	cd $(RUBY_GEM) && rubocop --cache false --format quiet --config .rubocop.yml . $(abspath $(RUBY_QUEUES))
	cd $(RUBY_GEM) && ruby -e 'load Gem.bin_path("rbs", "rbs")' -- -I sig validate --silent
	cd $(RUBY_GEM) && yard stats --list-undoc --no-save --no-cache --db $(abspath $(RUBY_WORK))/yard \
	  --fail-on-warning | tee -a /dev/stderr | grep -q '100.00% documented'

.PHONY: test-ruby
test-ruby: ruby-tools library sandbox lint-ruby ## the gem's tests, also with the fiddle of Ruby 2.7
	$(RUBY_TEST) $(call ruby_load,$(RUBY_TESTS))
	TEST_RUBY_OPTIONS="-r$(abspath $(RUBY_GEM))/test/old_fiddle.rb" \
	  $(RUBY_TEST) -r./$(RUBY_GEM)/test/old_fiddle.rb $(call ruby_load,$(RUBY_OLD_TESTS))

# Not a part of make test: it needs Redis and takes a while.
.PHONY: test-queues test-ruby-queues
test-queues: test-python-queues test-ruby-queues ## the recipes for queues, with processes that are killed
test-ruby-queues: library sandbox ## the recipes for Sidekiq and Puma, with processes that are killed
	@$(DEPS) redis-server ruby-sidekiq puma ruby-minitest
	@for recipe in sidekiq puma; do \
	  KCASE_LIBRARY=$(abspath $(LIBRARY)) KCASE_SANDBOX=$(abspath $(SANDBOX)) \
	    nice ruby -I$(abspath $(RUBY_GEM))/lib -r./$(RUBY_QUEUES)/test/test_$$recipe.rb -e '' || exit 1; done

.PHONY: test-ruby-install
test-ruby-install: ruby-gem sandbox ## the built gem, installed into an empty home without a compiler
	$(RUBY_GEM)/test/install $(RUBY_WORK)/kcase-$(VERSION)-$(RUBY_PLATFORM).gem $(SANDBOX)
