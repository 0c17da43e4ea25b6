# frozen_string_literal: true

require_relative "helper"
require "tmpdir"

# The gem as it is described and installed, and the program that it installs.
class GemTest < Minitest::Test
  FIELDS = %w[licenses metadata homepage executables platform files].freeze

  def specification(env = {})
    program = "spec = Gem::Specification.load(ARGV.shift); " \
              "puts JSON.generate(ARGV.to_h { |name| [name, spec.public_send(name)] })"
    command = [RbConfig.ruby, "-rjson", "-e", program, File.join(GEM_ROOT, "kcase.gemspec"), *FIELDS]
    json, error, = Open3.capture3(env, *command)
    assert_empty error
    JSON.parse(json)
  end

  def test_what_is_said_of_it
    spec = specification
    assert_equal ["Apache-2.0"], spec["licenses"]
    # The project has no address of its own, and claims none.
    assert_nil spec["homepage"]
    assert_equal({ "rubygems_mfa_required" => "true" }, spec["metadata"])
    assert_equal ["kcase"], spec["executables"]
    assert_equal "ruby", spec["platform"]
    files = %w[sig/kcase.rbs lib/kcase.rb lib/kcase/testing/minitest.rb exe/kcase README.md]
    assert_empty files - spec["files"]
  end

  # RubyGems of before 2022 take "gnu" for nothing, newer ones for what musl is not.
  def test_the_platform
    assert_equal "x86_64-linux-gnu", specification("KCASE_GEM_PLATFORM" => "x86_64-linux-gnu")["platform"]
  end

  KCASE = [RbConfig.ruby, File.join(GEM_ROOT, "exe/kcase")].freeze

  def test_the_program_hands_over_to_the_command_line_tool
    skip "there is no C compiler here" unless system("cc --version", out: File::NULL, err: File::NULL)
    Dir.mktmpdir do |folder|
      # What other packages install is no program; nor is this script under another name.
      others = File.join(folder, "others").tap { |path| Dir.mkdir(path) }
      File.write(File.join(others, "kcase"), "#!/bin/sh\nexec kcase \"$@\"\n", perm: 0o755)
      tool = File.join(folder, "kcase")
      IO.popen(["cc", "-x", "c", "-", "-o", tool], "w") do |compiler|
        compiler.write("#include <stdio.h>\nint main(int n, char **a) {\n" \
                       "while (n--) printf(\"%s \", *a++);\nreturn 7; }")
      end
      path = [others, folder, ENV.fetch("PATH")].join(":")
      [{ "PATH" => path }, { "KCASE_PROGRAM" => tool }].each do |env|
        outcome, error, status = Open3.capture3({ "KCASE_PROGRAM" => nil, **env }, *KCASE, "cancel", "a b")
        assert_equal ["kcase cancel a b ", "", 7], [outcome, error, status.exitstatus]
      end
    end
  end

  def test_where_there_is_no_tool
    none = { "PATH" => "/nowhere", "KCASE_PROGRAM" => nil }
    outcome, error, status = Open3.capture3(none, *KCASE, "--help")
    assert_equal ["", 1], [outcome, status.exitstatus]
    assert_match(/the command line tool is not installed: there is no program kcase in PATH/, error)
    _, error, = Open3.capture3({ "KCASE_PROGRAM" => "/nowhere/kcase" }, *KCASE)
    assert_includes error, "there is no program /nowhere/kcase"
  end
end
