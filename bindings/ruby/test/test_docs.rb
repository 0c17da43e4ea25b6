# frozen_string_literal: true

require_relative "helper"
require "kcase/testing/minitest"
require "stringio"
require "tmpdir"

# The examples in the reference and in the README do what they say.
#
# In the reference, a line that ends with "# => value" gives that value, one that ends with "# raises Class"
# raises it, and "# prints text" lines after an example are its output. `client`, `ids`, `id` and
# `slow_client` are there.
class DocsTest < SandboxTest
  def sandbox
    Sandbox.small
  end

  def self.examples(path)
    lines = File.readlines(path)
    starts = lines.each_index.select { |index| lines[index] =~ /^\s*# @example/ }
    starts.map do |start|
      body = lines[(start + 1)..].take_while { |line| line =~ /^\s*#(?:$|   )/ }
      [start + 1, body.map { |line| line.sub(/^\s*# ? ?/, "") }.join.gsub(/^ /, "")]
    end
  end

  Dir[File.join(GEM_ROOT, "lib/**/*.rb")].sort.each do |path|
    examples(path).each do |line, source|
      define_method("test_#{File.basename(path, ".rb")}_line_#{line}") { try(source, path, line) }
    end
  end

  def test_the_readme
    readme = File.read(File.join(GEM_ROOT, "README.md"))
    blocks = readme.scan(/^```ruby\n(.*?)^```\n(?:\nprints\n\n```\n(.*?)^```\n)?/m)
    refute_empty blocks
    blocks.each do |source, printed|
      sandbox.reset
      if printed
        source = source.gsub("http://127.0.0.1:8181", sandbox.url)
        outcome, error, = ruby(source)
        assert_equal [printed, ""], [outcome, error], source
      else
        try(source, "README.md", 1)
      end
    end
  end

  # What an example may use.
  class Surroundings
    attr_reader :client, :slow_client, :ids, :id

    def initialize(test)
      @client = test.client
      @slow_client = test.client(timeout_ms: 5_000)
      @ids = [Sandbox.case_id(4), Sandbox.case_id(5)]
      @id = Sandbox.case_id(1)
    end

    def journal(result); end

    def trap(*); end

    def within
      binding
    end
  end

  private

  def try(source, path, line)
    sandbox.fault(kind: "hang", on: "any") if source.include?("slow_client")
    ENV["SANDBOX"] = sandbox.url
    surroundings = Surroundings.new(self).within
    printed = source.scan(/^\s*# prints (.*)$/).flatten
    where = "#{path}:#{line}"
    output, = capture_io { statements(source).each { |statement| check(statement, surroundings, where) } }
    assert_equal printed, output.lines(chomp: true), where if printed.any?
  ensure
    ENV.delete("SANDBOX")
  end

  # Lines that make up a whole expression, each with what is said of it.
  def statements(source)
    found = []
    source.each_line do |line|
      previous = found.last
      if previous.nil? || complete?(previous)
        found << +line
      else
        previous << line
      end
    end
    found
  end

  def complete?(text)
    RubyVM::InstructionSequence.compile(text)
    true
  rescue SyntaxError
    false
  end

  def check(statement, surroundings, where)
    if statement =~ /# raises (\S+)/
      name = Regexp.last_match(1)
      error = assert_raises(KCase::Error, where) { surroundings.eval(statement, where) }
      assert_equal name, error.class.name, where
    elsif statement.lines.size > 1 && statement.scan("# =>").any?
      check_inside(statement, surroundings, where)
    else
      value = surroundings.eval(statement, where)
      @last = value unless statement =~ /\A\s*(#.*)?\Z/
      assert_equal Regexp.last_match(1), @last.inspect, where if statement =~ /# => (.*)$/
    end
  end

  # The value of a line within a block of lines.
  def check_inside(statement, surroundings, where)
    checked = statement.gsub(/^(\s*)(\S.*?)\s+# => (.*)$/) do
      indent, expression, value = Regexp.last_match.captures
      "#{indent}__checked << [(#{expression}).inspect, #{value.inspect}]"
    end
    surroundings.local_variable_set(:__checked, pairs = [])
    surroundings.eval(checked, where)
    refute_empty pairs, where
    pairs.each { |value, expected| assert_equal expected, value, where }
  end
end
