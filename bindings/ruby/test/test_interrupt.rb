# frozen_string_literal: true

require_relative "helper"

# Whatever ends a call from outside ends it at once, and what is known of a cancel under way is told.
class InterruptTest < SandboxTest
  # Each call that blocks; +told+ of its cases are told of afterwards.
  CALLS = {
    cancel: [->(client, id) { client.cancel(id) }, 1],
    cancel!: [->(client, id) { client.cancel!(id) }, 1],
    status: [->(client, id) { client.status(id) }, 0],
    check: [->(client, _) { client.check }, 0],
    cancel_many: [->(client, id) { client.cancel_many([id]) { |_| nil } }, 1],
    cancel_many_next: [->(client, id) { client.cancel_many([id]).first }, 1]
  }.freeze

  class Enough < StandardError; end

  def setup
    super
    sandbox.fault(kind: "hang", on: "any")
  end

  CALLS.each do |name, (call, told)|
    define_method("test_timeout_#{name}") do
      client = self.client
      began = now
      assert_raises(Timeout::Error) { Timeout.timeout(0.15) { call[client, id(1)] } }
      assert_operator now - began, :<, 0.15 + PROMPT_SECONDS
      assert_told client, told
    end

    define_method("test_timeout_with_a_class_#{name}") do
      client = self.client
      error = assert_raises(Enough) { Timeout.timeout(0.15, Enough) { call[client, id(1)] } }
      assert_equal told, error.is_a?(KCase::BrokenOff) ? error.results.size : 0
      assert_told client, told
    end

    define_method("test_raise_#{name}") do
      client = self.client
      thread = blocked { call[client, id(1)] }
      seconds = seconds_to_end(thread) { thread.raise(Enough) }
      assert_operator seconds, :<, PROMPT_SECONDS
      assert_kind_of Enough, thread.value
      assert_told client, told
    end

    define_method("test_kill_#{name}") do
      client = self.client
      thread = blocked { call[client, id(1)] }
      assert_operator seconds_to_end(thread) { thread.kill }, :<, PROMPT_SECONDS
      assert_told client, told
    end

    # A program with nothing but its main thread, and one with others: their waiting differs.
    { alone: "", beside_others: "Thread.new { sleep }" }.each do |kind, others|
      define_method("test_ctrl_c_#{kind}_#{name}") do
        assert_ctrl_c(name, others, told)
      end
    end

    define_method("test_interrupt_#{name}") do
      client = self.client
      thread = blocked { call[client, id(1)] }
      assert_operator seconds_to_end(thread) { client.interrupt }, :<, PROMPT_SECONDS
      assert_empty client.unclaimed
    end
  end

  def test_a_client_goes_on_after_an_interrupted_call
    client = self.client
    3.times { assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.cancel(id(1)) } } }
    3.times { assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.status(id(1)) } } }
    assert_equal 3, client.unclaimed.size
    sandbox.reset
    assert_predicate client.cancel(id(1)), :canceled?
    assert_predicate client.status(id(1)), :ok?
  end

  def test_a_reading_that_is_given_up_ends_no_other_call
    sandbox.reset
    sandbox.fault(kind: "slow", delay_ms: 400, on: "any", effect: true)
    client = self.client
    others = [
      -> { client.cancel(id(1)) }, -> { client.status(id(2)) }, -> { client.check },
      -> { client.cancel_many([id(3)]).first }
    ].map { |call| Thread.new(&call) }
    sleep 0.1
    2.times { assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.status(id(4)) } } }
    assert_equal %i[canceled ok ok canceled], others.map { |thread| thread.value.outcome }
  end

  def test_a_reading_that_is_given_up_ends_when_no_cancel_is_under_way
    client = self.client
    cancel = Thread.new { client.cancel(id(1), timeout_ms: 400, max_attempts: 1) }
    sleep 0.05
    assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.status(id(2)) } }
    assert_operator Thread.list.size, :>, 2
    cancel.join
    eventually { Thread.list.none? { |thread| thread.backtrace.to_s.include?("readings.rb") } }
  end

  # The truth is always one of the two things that were told.
  def test_interrupts_at_any_time_lose_nothing
    sandbox.reset
    sandbox.fault(kind: "slow", delay_ms: 2, on: "cancel", effect: true)
    client = self.client
    random = Random.new(7)
    told = []
    ids = many_ids(300)
    ids.each do |id|
      thread = Thread.new { told << client.cancel(id) }
      thread.report_on_exception = false
      sleep random.rand(0.006)
      thread.raise(Enough) if thread.alive?
      begin
        thread.join
      rescue Enough
        nil
      end
    end
    unclaimed = client.unclaimed
    told += unclaimed
    by_id = told.to_h { |result| [result.case_id, result] }
    assert_equal told.size, by_id.size
    ids.each do |id|
      result = by_id[id]
      truth = sandbox.truth(id)
      next assert_equal(0, truth[:cancels_applied].to_i, "#{id} was not told of") unless result
      next unless result.canceled? || result.not_sent?

      assert_equal result.canceled?, truth[:canceled], result.inspect
    end
    assert_operator by_id.values.count(&:canceled?), :>, 20
    assert_operator unclaimed.size, :>, 20
  end

  MANY_INTERRUPTS = <<~'RUBY'
    OTHERS
    count = Integer(ARGV[0])
    client = KCase::Client.new(base_url: ENV["SANDBOX"], token: "sandbox-token")
    told = []
    number = interrupts = 0
    ready = false
    begin
      begin
        # In here, since the first interrupt may follow at once.
        $stdout.syswrite("ready\n") unless ready
        ready = true
        told << client.cancel(format("10000000-0000-4000-8000-%012d", number += 1)) while number < count
        trap("INT", "IGNORE")
      rescue Interrupt
        interrupts += 1
        retry
      end
    rescue Interrupt # during the rescue above
      retry
    end
    results = told + client.unclaimed
    pairs = results.map { |result| [result.case_id, result.outcome] }
    puts JSON.generate(interrupts: interrupts, results: pairs)
  RUBY

  # Ctrl-C at any time, the instants among them when the library has found the result and Ruby does not know
  # it yet. What can be lost is a result whose call has ended, before the program has stored it.
  { alone: "", beside_others: "Thread.new { sleep }" }.each do |kind, others|
    define_method("test_many_ctrl_c_lose_nothing_#{kind}") do
      sandbox.reset
      sandbox.fault(kind: "slow", delay_ms: 1, on: "cancel", effect: true)
      interrupts, results = interrupt_often(others, 400)
      assert_operator interrupts, :>, 20
      told = results.to_h
      lost = many_ids(400).count { |id| !told.key?(id) && sandbox.truth(id)[:cancel_requests].to_i.positive? }
      assert_operator lost, :<=, 2
      wrong = told.select do |id, outcome|
        %w[canceled not_sent].include?(outcome) && (outcome == "canceled") != sandbox.truth(id)[:canceled]
      end
      assert_empty wrong
    end
  end

  def test_an_interrupt_from_a_trap_handler
    outcome, error, = ruby(<<~RUBY)
      client = KCase::Client.new(base_url: ENV["SANDBOX"], token: "sandbox-token")
      trap("TERM") { client.interrupt }
      Thread.new { sleep 0.2; Process.kill("TERM", $$) }
      puts client.cancel("#{id(1)}").reason
    RUBY
    assert_equal "interrupted\n", outcome, error
  end

  private

  # A thread that is in the middle of a call.
  def blocked
    thread = Thread.new do
      Thread.current.report_on_exception = false
      yield
    rescue Enough, KCase::Unknown => e
      e
    end
    sleep 0.15
    thread
  end

  def assert_told(client, told)
    results = client.unclaimed
    assert_equal told, results.size
    results.each do |result|
      assert_equal id(1), result.case_id
      assert_predicate result, :unknown?
      assert_equal :interrupted, result.reason
    end
  end

  def interrupt_often(others, count)
    command = [RbConfig.ruby, *ruby_options, "-I#{File.join(GEM_ROOT, "lib")}", "-rkcase", "-e",
               MANY_INTERRUPTS.sub("OTHERS", others), count.to_s]
    Open3.popen2({ "SANDBOX" => sandbox.url }, *command) do |_, output, process|
      output.gets
      random = Random.new(11)
      signals = Thread.new do
        loop do
          sleep random.rand(0.002..0.012)
          Process.kill("INT", process.pid)
        end
      end
      answer = JSON.parse(output.readlines.last, symbolize_names: true)
      signals.kill
      # Memory that was freed twice is found at the end, if not before.
      assert_predicate process.value, :success?
      answer.values_at(:interrupts, :results)
    end
  end

  CTRL_C = <<~'RUBY'
    CALL, ID = ARGV
    client = KCase::Client.new(base_url: ENV["SANDBOX"], token: "sandbox-token")
    OTHERS
    begin
      $stdout.puts "ready"
      $stdout.flush
      case CALL
      when "cancel_many" then client.cancel_many([ID]) { |_| nil }
      when "cancel_many_next" then client.cancel_many([ID]).next
      when "check" then client.check
      else client.public_send(CALL, ID)
      end
    rescue Interrupt => e
      $stdout.puts Process.clock_gettime(Process::CLOCK_MONOTONIC)
      $stdout.puts client.unclaimed.map { |result| [result.case_id, result.reason].join(" ") }.inspect
      $stdout.puts e.is_a?(KCase::BrokenOff) ? e.results.size : 0
    end
  RUBY

  def assert_ctrl_c(name, others, told)
    command = [RbConfig.ruby, *ruby_options, "-I#{File.join(GEM_ROOT, "lib")}", "-rkcase", "-e",
               CTRL_C.sub("OTHERS", others), name.to_s, id(1)]
    Open3.popen3({ "SANDBOX" => sandbox.url }, *command) do |_, output, errors, process|
      assert_equal "ready\n", output.gets
      sleep 0.25
      sent = now
      Process.kill("INT", process.pid)
      raised = output.gets
      refute_nil raised, -> { errors.read }
      assert_operator raised.to_f - sent, :<, PROMPT_SECONDS
      assert_equal "#{["#{id(1)} interrupted"].first(told).inspect}\n", output.gets
      assert_equal told, output.gets.to_i unless name == :cancel_many_next
      process.join
      assert_operator now - sent, :<, 1, "the process ended late"
    end
  end
end
