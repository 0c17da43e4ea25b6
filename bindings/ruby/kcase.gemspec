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
  # With a library in it, the gem is for that library's platform. Without one it takes the system's. The parts
  # are given one by one, since older versions of RubyGems drop the "gnu" of a text.
  platform = ENV.fetch("KCASE_GEM_PLATFORM", "")
  spec.platform = platform.empty? ? Gem::Platform::RUBY : Gem::Platform.new(platform.split("-"))
  spec.bindir = "exe"
  spec.executables = ["kcase"]
  # Beside the library are the licenses of what is in it, and its bill of materials.
  spec.files = Dir[
    "lib/**/*.rb", "lib/kcase/native/**/*", "exe/*", "sig/**/*.rbs", "README.md", "CHANGELOG.md", "LICENSE",
    ".yardopts", base: __dir__
  ].select { |path| File.file?(File.join(__dir__, path)) }.sort
  # No homepage: see "Packages" in docs/building.md.
  spec.metadata = { "rubygems_mfa_required" => "true" }
end
