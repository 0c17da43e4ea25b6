# frozen_string_literal: true

ROOT = File.expand_path("../../..", __dir__)
GEM_ROOT = File.expand_path("..", __dir__)
ENV["KCASE_LIBRARY"] ||= File.join(ROOT, "build/lib/libkcase.so.1")

$LOAD_PATH.unshift File.join(GEM_ROOT, "lib")
Warning[:deprecated] = true
require "kcase"

require "json"
require "minitest/autorun"
require "open3"
require "rbconfig"
require "timeout"

ENV["KCASE_SANDBOX"] ||= ENV.fetch("SANDBOX_BINARY") { File.join(ROOT, "build/bin/kcase-sandbox") }
require "kcase/testing"

# One sandbox for all tests: it is ended with them.
module Sandbox
  TOKEN = KCase::Testing::Sandbox::TOKEN

  def self.shared
    @shared ||= with_cases(50_000)
  end

  # One whose list is short, and has the cases of the table.
  def self.small
    @small ||= with_cases(30)
  end

  # One with those alone.
  def self.of_the_table
    @of_the_table ||= with_cases(0)
  end

  def self.with_cases(count)
    KCase::Testing::Sandbox.start(cases: count).tap { |sandbox| Minitest.after_run { sandbox.close } }
  end
  private_class_method :with_cases

  def self.case_id(number)
    KCase::Testing::Sandbox.case_id(number)
  end

  def self.many_id(number)
    KCase::Testing::Sandbox.many_id(number)
  end
end

# A test with the sandbox as it is at the start.
class SandboxTest < Minitest::Test
  # How soon a call ends that is interrupted, by Ctrl-C or otherwise. On a machine that is busy with other
  # things, what counts is that it does not wait for the answer.
  PROMPT_SECONDS = 0.1
  # How far apart two readings are that must agree. The sandbox shows at once what it did.
  SETTLE_MS = 20

  def setup
    sandbox.reset
  end

  def teardown
    @clients&.each(&:close)
  end

  def sandbox
    Sandbox.shared
  end

  def id(number)
    Sandbox.case_id(number)
  end

  def many_ids(count)
    (1..count).map { |number| Sandbox.many_id(number) }
  end

  def config(**more)
    waits = { backoff_base_ms: 1, backoff_max_ms: 1, settle_ms: SETTLE_MS }
    { base_url: sandbox.url, token: Sandbox::TOKEN }.merge(waits, more)
  end

  # A client that is closed after the test.
  def client(**more)
    KCase::Client.new(**config(**more)).tap { |client| (@clients ||= []) << client }
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  # What came of a call that was ended from outside while the service was silent, and how long the ending
  # took.
  def seconds_to_end(thread)
    began = now
    yield
    thread.join
    now - began
  end

  # A value, once the block gives one.
  def eventually(seconds = 5)
    limit = now + seconds
    until (value = yield)
      flunk "nothing came" if now > limit
      sleep 0.002
    end
    value
  end

  # Runs a program in a process of its own, with the library to be tested and the sandbox's address.
  def ruby(program, *arguments, env: {})
    options = [*ruby_options, "-I#{File.join(GEM_ROOT, "lib")}", "-rkcase"]
    Open3.capture3({ "SANDBOX" => sandbox.url, **env }, RbConfig.ruby, *options, "-e", program, *arguments)
  end

  # The same options of Ruby's as these tests run with.
  def ruby_options
    ENV.fetch("TEST_RUBY_OPTIONS", "").split
  end
end
