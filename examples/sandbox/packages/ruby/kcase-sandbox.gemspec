# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "kcase-sandbox"
  spec.version = ENV.fetch("KCASE_VERSION")
  spec.authors = ["The kcase project"]
  spec.license = "Apache-2.0"
  spec.summary = "A simulated KarmaCheck server for tests on loopback"
  spec.description = "A case in every documented state, faults on request, and a ledger of what happened."
  spec.required_ruby_version = ">= 2.7"
  spec.platform = "x86_64-linux"
  spec.bindir = "exe"
  spec.executables = ["kcase-sandbox"]
  spec.files = ["lib/kcase_sandbox.rb", "exe/kcase-sandbox", "libexec/kcase-sandbox", "README.md", "LICENSE"]
  spec.metadata = { "rubygems_mfa_required" => "true" }
end
