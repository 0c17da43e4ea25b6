# frozen_string_literal: true

require_relative "lib/kcase/version"

Gem::Specification.new do |spec|
  spec.name = "kcase"
  spec.version = KCase::VERSION
  spec.authors = ["The kcase project"]
  spec.license = "Apache-2.0"
  spec.summary = "Cancels KarmaCheck background-check cases, and knows what happened"
  spec.description = <<~TEXT
    Cancels KarmaCheck background-check cases, one or thousands side by side, and never makes a false claim:
    each result says what it rests on. Needs nothing but Ruby: the library that does the work is in the gem.
  TEXT
  spec.required_ruby_version = ">= 2.7"
  # With a library in it, the gem is for that library's platform. Without one it takes the system's.
  spec.platform = ENV.fetch("KCASE_GEM_PLATFORM", Gem::Platform::RUBY)
  spec.files = Dir[
    "lib/**/*.rb", "lib/kcase/native/*", "sig/**/*.rbs", "README.md", "LICENSE", ".yardopts", base: __dir__
  ].sort
  spec.metadata = { "rubygems_mfa_required" => "true" }
end
