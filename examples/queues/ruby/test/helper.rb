# frozen_string_literal: true

require "kcase"
require "kcase/testing"
require "minitest/autorun"
require "redis"
require "rbconfig"
require "tmpdir"

# A recipe under fire: a service that fails, and processes that are killed. See ../README.md.
class RecipeTest < Minitest::Test
  CASES = 200
  SECONDS_MAX = 120
  HERE = File.expand_path("..", __dir__)
  # The service loses answers, works on after them, and is not there at times. Each draw has a seed.
  FAULTS = [
    { kind: "reset_before", on: "cancel", effect: "before", rate: 0.1, seed: 1 },
    { kind: "answer", on: "cancel", status: 503, form: "own", rate: 0.1, seed: 2 },
    { kind: "answer", on: "cancel", form: "gateway_timeout", effect: "before", rate: 0.1, seed: 3 },
    { kind: "slow", on: "cancel", delay_ms: 300, effect: "before", rate: 0.2, seed: 4 },
    { kind: "reset_before", on: "read", rate: 0.1, seed: 5 }
  ].freeze

  def setup
    @folder = Dir.mktmpdir
    @running = []
    @random = Random.new(Integer(ENV.fetch("SEED", "8")))
    # Slow enough that there is always something under way.
    @sandbox = KCase::Testing::Sandbox.start(cases: CASES, latency_ms: 150)
    @sandbox.faults = FAULTS
  end

  def teardown
    @running.each { |process| stop(process) }
    @sandbox.close
    FileUtils.remove_entry(@folder)
  end

  def case_ids
    (1..CASES).map { |number| KCase::Testing::Sandbox.many_id(number) }
  end

  # The variables of a program that uses kcase; no call of it can leave this machine.
  def environment
    config = @sandbox.config
    { "KCASE_BASE_URL" => config[:base_url], "KCASE_TOKEN" => config[:token], "KCASE_SETTLE_MS" => "50",
      "KCASE_BACKOFF_BASE_MS" => "10", "KCASE_BACKOFF_MAX_MS" => "50", "KCASE_FORBID_NETWORK" => "1",
      "KCASE_JOURNAL" => File.join(@folder, "cancels.journal"),
      "RUBYLIB" => $LOAD_PATH.first(1).join(":") }
  end

  # Starts a program in a process group of its own: killing it kills its children.
  def start(*command, env: {}, name: File.basename(command.first))
    log = File.join(@folder, "#{name}.log")
    process = Process.spawn(environment.merge(env), *command, %i[out err] => [log, "a"], pgroup: true)
    @running << process
    process
  end

  def stop(process, signal = "KILL")
    @running.delete(process)
    Process.kill(signal, -process)
    Process.wait(process)
  rescue Errno::ESRCH, Errno::ECHILD
    nil
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def eventually(seconds = 20)
    limit = now + seconds
    until yield
      flunk "nothing came in #{seconds} s\n#{logs}" if now > limit
      sleep 0.05
    end
  end

  def logs
    Dir[File.join(@folder, "*.log")].map { |path| File.read(path).chars.last(2_000).join }.join("\n")
  end

  # Whichever process wrote it, and whatever became of that process.
  def assert_the_journal_has_every_case
    journal = KCase::Journal.new(File.join(@folder, "cancels.journal"))
    assert_predicate journal.verify, :ok?
    assert_empty case_ids - journal.records.map { |record| record[:case_id] }
  end

  # What the service itself says.
  def assert_each_case_canceled_once
    applied = case_ids.to_h { |id| [id, @sandbox.truth(id)[:cancels_applied]] }
    assert_equal({ 1 => CASES }, applied.values.tally, logs)
  end
end
