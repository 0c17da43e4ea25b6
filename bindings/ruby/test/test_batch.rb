# frozen_string_literal: true

require_relative "helper"
require "stringio"
require "tempfile"

class BatchTest < SandboxTest
  def test_with_a_block
    results = []
    batch = client.cancel_many(many_ids(100)) { |result| results << result }
    assert_instance_of KCase::Batch, batch
    assert_equal many_ids(100), results.map(&:case_id).sort
    assert results.all?(&:canceled?)
    assert_equal({ canceled: 100 }, batch.stats[:outcomes])
    assert_equal 100, sandbox.totals[:cancels_applied]
  end

  def test_it_is_an_enumerator_and_nothing_happens_before_it_is_enumerated
    batch = client.cancel_many(many_ids(3))
    assert_kind_of Enumerator, batch
    assert_equal 3, batch.size
    assert_empty batch.stats
    assert_equal "#<KCase::Batch 3 cases>", batch.inspect
    sleep 0.05
    assert_equal 0, sandbox.totals[:requests]
    assert_equal([0, 1, 2], batch.each_with_index.map { |_, index| index })
    assert_equal 3, batch.stats[:fetched]
  end

  # It would cancel the cases anew, and a source that was read gives none.
  def test_a_second_enumeration_raises
    batch = client.cancel_many(many_ids(3))
    assert_equal many_ids(3), batch.map(&:case_id).sort
    calls = [-> { batch.to_a }, -> { batch.each { |_| flunk } }, -> { batch.next }, -> { batch.lazy.first }]
    calls.each { |call| assert_raises(KCase::ClosedError, &call) }
    with_a_block = client.cancel_many(many_ids(3)) { |result| assert_predicate result, :already_canceled? }
    assert_raises(KCase::ClosedError) { with_a_block.first }
    assert_equal 6, sandbox.totals[:cancel_requests]
  end

  def test_one_by_one
    batch = client.cancel_many(many_ids(2), max_in_flight: 1)
    assert_equal Sandbox.many_id(1), batch.peek.case_id
    assert_equal Sandbox.many_id(1), batch.next.case_id
    assert_equal Sandbox.many_id(2), batch.next.case_id
    assert_raises(StopIteration) { batch.next }
  end

  def test_results_come_in_order_of_completion
    sandbox.fault(kind: "slow", delay_ms: 200, on: "cancel", case_id: id(1), effect: true)
    assert_equal id(1), client.cancel_many([id(1), id(2), id(3)]).to_a.last.case_id
  end

  def test_any_source_is_taken_from_only_as_there_is_room
    taken = 0
    endless = Enumerator.new { |ids| loop { ids << Sandbox.many_id(taken += 1) } }
    results = client.cancel_many(endless, max_in_flight: 4).lazy.map(&:outcome).first(10)
    assert_equal [:canceled] * 10, results
    assert_operator taken, :<=, 14
    each_only = Object.new
    each_only.define_singleton_method(:each) { |&block| [Sandbox.many_id(100)].each(&block) }
    batch = client.cancel_many(each_only)
    assert_nil batch.size
    assert_equal 1, batch.count(&:canceled?)
  end

  def test_a_million_cases_would_not_grow
    outcome, error, = ruby(<<~RUBY)
      memory = -> { File.read("/proc/self/status")[/VmRSS:\\s+(\\d+)/, 1].to_i }
      KCase::Client.open(base_url: ENV["SANDBOX"], token: "sandbox-token") do |client|
        ids = (1..30_000).lazy.map { |number| format("10000000-0000-4000-8000-%012d", number) }
        half = nil
        count = 0
        client.cancel_many(ids) do |result|
          result.canceled? or raise result
          half = memory.call if (count += 1) == 15_000
        end
        puts count, memory.call - half
      end
    RUBY
    count, grown = outcome.split.map(&:to_i)
    assert_equal 30_000, count, error
    assert_operator grown, :<, 3_000, "KB"
  end

  def test_an_answer_that_came_while_the_block_was_busy_is_an_answer
    sandbox.fault(kind: "slow", delay_ms: 100, on: "cancel", case_id: id(2), effect: true)
    results = client.cancel_many([id(1), id(2)], timeout_ms: 400).map do |result|
      sleep 0.5
      result
    end
    assert_equal [%i[canceled response]] * 2, results.map { |result| [result.outcome, result.evidence] }
  end

  def test_options_for_all_and_for_one
    rows = [[id(1), { tag: "one" }], id(2), [id(3), nil]]
    tags = client.cancel_many(rows, tag: "all").to_h { |result| [result.case_id, result.tag] }
    assert_equal({ id(1) => "one", id(2) => "all", id(3) => "all" }, tags)
  end

  def test_wrong_input
    assert_raises(KCase::InvalidInput) { client.cancel_many([id(1)], max_in_flight: 0).to_a }
    assert_raises(KCase::InvalidInput) { client.cancel_many([id(1)], http2: "yes").to_a }
    assert_equal [:invalid], client.cancel_many([id(1)], timeout_ms: 0).map(&:outcome)
    outcomes = client.cancel_many(["", "a/b", "a\0b", id(1)]).map(&:outcome)
    assert_equal({ invalid: 3, canceled: 1 }, outcomes.tally)
    assert_empty client.cancel_many([]).to_a
  end

  def test_what_gives_no_cases_is_refused_before_anything_is_sent
    client = self.client
    [id(1), nil, 7, { id(1) => { tag: "x" } }, :each].each do |source|
      error = assert_raises(TypeError, source.inspect) { client.cancel_many(source) }
      assert_includes error.message, "not from a #{source.class}"
    end
    assert_equal 0, sandbox.totals[:requests]
  end

  NO_CASES = {
    nil => "NilClass", 7 => "Integer", :id => "Symbol", [] => "an Array of ", { case_id: "x" } => "Hash",
    %w[a b] => "an Array of String, String", ["a"] => "an Array of String",
    ["a", {}, 1] => "an Array of String, Hash, Integer", [nil, {}] => "an Array of NilClass, Hash",
    [1, nil] => "an Array of Integer, NilClass"
  }.freeze

  def test_an_item_that_is_no_case_names_its_position_and_spoils_no_other
    client = self.client
    NO_CASES.each do |item, what|
      sandbox.reset
      results = []
      error = assert_raises(TypeError, item.inspect) do
        client.cancel_many([id(1), [id(2), { tag: "b" }], item, id(3)]) { |result| results << result }
      end
      assert_equal "case 2, counted from 0: a case is a String, or an Array of a String and a Hash of " \
                   "options, not #{what}", error.message
      assert_equal [:canceled] * 2, results.map(&:outcome)
      assert_equal 2, sandbox.totals[:cancel_requests]
    end
    assert_empty client.unclaimed
  end

  def test_an_unknown_option_of_one_item_names_its_position
    error = assert_raises(ArgumentError) { client.cancel_many([id(1), [id(2), { tagg: "b" }]]).to_a }
    assert_equal "case 1, counted from 0: unknown keyword: :tagg; did you mean tag:?", error.message
    assert_equal 1, sandbox.totals[:cancel_requests]
  end

  def test_what_the_source_raises_is_raised
    source = Enumerator.new { |ids| (ids << id(1)) && raise(TypeError, "of the source") }
    assert_equal "of the source", assert_raises(TypeError) { client.cancel_many(source).to_a }.message
  end

  def test_the_lines_of_a_file_are_ids
    Tempfile.create("ids") do |file|
      file.write(id(1), "\n", id(2), "\r\n", id(3))
      file.rewind
      batch = client.cancel_many(file)
      assert_nil batch.size
      assert_equal [1, 2, 3].map { |number| [id(number), :canceled] },
                   batch.map { |result| [result.case_id, result.outcome] }.sort
    end
    assert_equal [id(4)], client.cancel_many(StringIO.new("#{id(4)}\n")).map(&:case_id)
  end

  def test_interrupt_ends_what_is_under_way_and_its_results_are_still_given
    sandbox.fault(kind: "hang", on: "any")
    batch = client.cancel_many(many_ids(10), max_in_flight: 10)
    thread = Thread.new { batch.to_a }
    eventually { batch.stats[:added] == 10 && batch.stats[:in_flight].positive? }
    assert_operator seconds_to_end(thread) { batch.interrupt }, :<, PROMPT_SECONDS
    assert_equal many_ids(10), thread.value.map(&:case_id).sort
    assert thread.value.all? { |result| result.unknown? || result.not_sent? }
  end

  def test_stats_while_it_runs
    inside = []
    batch = client.cancel_many(many_ids(10), max_in_flight: 2)
    batch.each { inside << batch.stats }
    assert_equal (1..10).to_a, inside.map { |stats| stats[:fetched] }
    assert_equal 10, batch.stats[:fetched]
  end

  def test_break_tells_what_is_known_of_the_rest
    sandbox.fault(kind: "hang", on: "any", case_id: id(2))
    client = self.client
    client.cancel_many([id(2), id(1)]) { |result| break if result.canceled? }
    assert_equal [[id(2), :unknown]], client.unclaimed.map { |result| [result.case_id, result.outcome] }
    assert_empty client.unclaimed
  end

  def test_an_exception_in_the_block_tells_what_is_known_of_the_rest
    sandbox.fault(kind: "hang", on: "any", case_id: id(2))
    client = self.client
    error = assert_raises(IOError) { client.cancel_many([id(2), id(1)]) { raise IOError, "full" } }
    assert_kind_of KCase::BrokenOff, error
    assert_equal [id(2)], error.results.map(&:case_id)
    assert_equal error.results, client.unclaimed
  end

  def test_two_at_a_time_on_one_client
    client = self.client
    ids = many_ids(200)
    halves = ids.each_slice(100).map { |half| Thread.new { client.cancel_many(half).map(&:outcome) } }
    assert_equal({ canceled: 200 }, halves.flat_map(&:value).tally)
  end
end
