# frozen_string_literal: true

require_relative "helper"
require "logger"
require "stringio"

# Who is told of results: once of each, also of those that no caller received.
class ListenersTest < SandboxTest
  def setup
    super
    @told = []
  end

  def hook
    ->(result) { @told << result }
  end

  def test_on_result_is_called_with_every_result_before_its_caller_has_it
    client = self.client(on_result: hook)
    results = [client.cancel(id(1), tag: "a"), client.status(id(1)), client.check, client.cancel("")]
    results << assert_raises(KCase::Refused) { client.cancel!(id(7)) }.result
    client.cancel_many([id(2), id(3)]) do |result|
      assert_equal result, @told.last
      results << result
    end
    assert_equal results, @told
  end

  def test_unclaimed_results_are_told_of_too_and_once
    sandbox.fault(kind: "hang", on: "any")
    client = self.client(on_result: hook)
    assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.cancel(id(1)) } }
    assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.cancel_many([id(2)]).first } }
    assert_equal [[id(1), :interrupted], [id(2), :interrupted]],
                 @told.map { |result| [result.case_id, result.reason] }
    assert_equal client.unclaimed, @told
  end

  def test_what_is_left_when_the_block_breaks_is_told_of
    sandbox.fault(kind: "hang", on: "any", case_id: id(2))
    client = self.client(on_result: hook)
    client.cancel_many([id(2), id(1)]) { |_| break }
    assert_equal [id(1), id(2)], @told.map(&:case_id)
    assert_equal @told.last(1), client.unclaimed
  end

  # The call has no value then: its result would be lost.
  def test_what_it_raises_ends_the_call_whose_result_is_unclaimed
    calls = {
      cancel: [->(client) { client.cancel(id(1)) }, 1],
      status: [->(client) { client.status(id(1)) }, 0],
      check: [->(client) { client.check }, 0],
      cancel_many: [->(client) { client.cancel_many([id(1)]).to_a }, 1]
    }
    calls.each do |name, (call, unclaimed)|
      sandbox.reset
      count = 0
      client = self.client(on_result: ->(_) { (count += 1) && raise(IOError, "full") })
      error = assert_raises(IOError, name) { call[client] }
      assert_equal [name, 1], [name, count]
      results = client.unclaimed
      assert_equal [name, unclaimed], [name, results.size]
      next if results.empty?

      assert_kind_of KCase::BrokenOff, error
      assert_equal results, error.results
      assert_predicate results.first, :canceled?
    end
  end

  def test_only_something_to_call_is_taken
    error = assert_raises(TypeError) { client(on_result: "puts") }
    assert_equal "on_result is something to call, not a String", error.message
  end

  def test_a_logger_gets_one_line_for_each_result
    log = StringIO.new
    client = self.client(logger: Logger.new(log, formatter: ->(level, _, _, line) { "#{level} #{line}\n" }))
    client.cancel(id(1), tag: "row 1")
    client.cancel(id(7), personal_data: true)
    client.check
    client.cancel_many([[id(2), { tag: %(a" outcome=ok) }]]).to_a
    lines = log.string.lines.map { |line| line.sub(/elapsed_ms=\d+/, "elapsed_ms=0") }
    flags = "settled=true retriable=false"
    shown = lines.join.gsub("kcase operation", "\n  operation").gsub(" #{flags}", "\n  #{flags}")
    assert_equal <<~TEXT, shown
      INFO#{" "}
        operation=cancel case_id=#{id(1)} outcome=canceled evidence=response
        #{flags} http_status=200 environment=custom tag="row 1" elapsed_ms=0
      WARN#{" "}
        operation=cancel case_id=#{id(7)} outcome=refused reason=already_started evidence=read_back
        #{flags} http_status=422 environment=custom elapsed_ms=0
      INFO#{" "}
        operation=check outcome=ok evidence=response
        #{flags} http_status=200 environment=custom elapsed_ms=0
      INFO#{" "}
        operation=cancel case_id=#{id(2)} outcome=canceled evidence=response
        #{flags} http_status=200 environment=custom tag="a\\" outcome=ok" elapsed_ms=0
    TEXT
  end

  # A line is not even made where nobody reads it.
  def test_a_logger_with_a_higher_level
    logger = Logger.new(log = StringIO.new)
    logger.level = Logger::ERROR
    client = self.client(logger: logger)
    client.cancel(id(1))
    client.cancel(id(7))
    assert_empty log.string
  end

  NOTIFICATIONS = <<~'RUBY'
    require "active_support"
    require "active_support/notifications"
    seen = []
    ActiveSupport::Notifications.subscribe(/kcase\z/) { |event| seen << event }
    KCase::Client.open(base_url: ENV["SANDBOX"], token: "sandbox-token") do |client|
      client.cancel(ARGV[0], tag: "row 7")
      client.status(ARGV[0])
      client.cancel_many([ARGV[0]]).to_a
    end
    seen.each do |event|
      words = event.payload.values_at(:outcome, :tag, :case_id)
      puts [event.name, *words, event.payload[:result].class].join(" ")
    end
    puts seen.first.payload.keys.each_slice(6).map { |keys| keys.join(" ") }
  RUBY

  def test_active_support_s_notifications_where_they_are_loaded
    skip "activesupport is not installed" if Gem::Specification.find_all_by_name("activesupport").empty?
    outcome, error, = ruby(NOTIFICATIONS, id(1))
    assert_equal <<~TEXT, outcome, error
      cancel.kcase canceled row 7 #{id(1)} KCase::Result
      status.kcase ok  #{id(1)} KCase::Result
      cancel.kcase already_canceled  #{id(1)} KCase::Result
      operation case_id outcome reason evidence settled
      retriable http_status environment tag elapsed_ms result
    TEXT
  end
end
