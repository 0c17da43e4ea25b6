# The Ruby gem. Included by the top Makefile, whose BUILD, LIBRARY, SANDBOX and MAJOR it uses.

RUBY_GEM := bindings/ruby
RUBY_WORK := $(BUILD)/ruby
# The platform that the gem is for. It carries BUNDLE_LIB, as the Python package does.
RUBY_PLATFORM ?= x86_64-linux
RUBY_TESTS ?= $(sort $(wildcard $(RUBY_GEM)/test/test_*.rb))
# What is run once more with the fiddle of Ruby 2.7.
RUBY_OLD_TESTS := $(addprefix $(RUBY_GEM)/test/test_,table.rb result.rb client.rb batch.rb interrupt.rb)
RUBY_TEST = KCASE_LIBRARY=$(abspath $(LIBRARY)) SANDBOX_BINARY=$(abspath $(SANDBOX)) nice ruby -w
ruby_load = $(foreach test,$(1),-r./$(test)) -e ''

.PHONY: ruby-tools
ruby-tools:
	@$(DEPS) rubocop yard ruby-minitest

.PHONY: ruby-gem
ruby-gem: deps $(BUNDLE_LIB) ## the Ruby gem, which carries BUNDLE_LIB: build/ruby
	@rm -rf $(RUBY_WORK)/gem && mkdir -p $(RUBY_WORK)/gem
	@cp -r $(addprefix $(RUBY_GEM)/,lib sig README.md .yardopts kcase.gemspec) LICENSE $(RUBY_WORK)/gem
	@rm -rf $(RUBY_WORK)/gem/lib/kcase/native
	@install -D -m 755 $(BUNDLE_LIB) $(RUBY_WORK)/gem/lib/kcase/native/libkcase.so.$(MAJOR)
	cd $(RUBY_WORK)/gem && KCASE_GEM_PLATFORM=$(RUBY_PLATFORM) \
	  gem build --output ../kcase-$(VERSION)-$(RUBY_PLATFORM).gem kcase.gemspec

.PHONY: lint-ruby
lint-ruby: ruby-tools ## how the gem is written: rubocop, its signatures, its reference
	cd $(RUBY_GEM) && rubocop --cache false --format quiet
	cd $(RUBY_GEM) && ruby -e 'load Gem.bin_path("rbs", "rbs")' -- -I sig validate --silent
	cd $(RUBY_GEM) && yard stats --list-undoc --no-save --no-cache --db $(abspath $(RUBY_WORK))/yard \
	  --fail-on-warning | tee -a /dev/stderr | grep -q '100.00% documented'

.PHONY: test-ruby
test-ruby: ruby-tools library sandbox lint-ruby ## the gem's tests, also with the fiddle of Ruby 2.7
	$(RUBY_TEST) $(call ruby_load,$(RUBY_TESTS))
	TEST_RUBY_OPTIONS="-r$(abspath $(RUBY_GEM))/test/old_fiddle.rb" \
	  $(RUBY_TEST) -r./$(RUBY_GEM)/test/old_fiddle.rb $(call ruby_load,$(RUBY_OLD_TESTS))

.PHONY: test-ruby-install
test-ruby-install: ruby-gem sandbox ## the built gem, installed into an empty home without a compiler
	$(RUBY_GEM)/test/install $(RUBY_WORK)/kcase-$(VERSION)-$(RUBY_PLATFORM).gem $(SANDBOX)
