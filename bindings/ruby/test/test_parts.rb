# frozen_string_literal: true

require_relative "helper"

# Services and searches of a case, and cases that are awaited.
class PartsTest < SandboxTest
  def test_services_of_a_case
    client = self.client
    one = client.cancel_services(id(2), ["service-employment"], tag: "t")
    assert_equal [:canceled, id(2), "t"], [one.outcome, one.case_id, one.tag], one.inspect
    assert_equal [%w[service-employment canceled]], one.services.map { |of| of.values_at(:id, :outcome) }
    again = client.cancel_services(id(2), %w[service-employment service-education])
    assert_equal %w[already_canceled canceled], again.services.map { |of| of[:outcome] }
    refused = client.cancel_services(id(2), ["service-drug-5-panel"])
    assert_predicate refused, :refused?
    refute_predicate client.status(id(2)), :canceled?
    assert_nil client.cancel(id(2)).services
  end

  def test_one_search
    result = client.cancel_search("#{id(2)}.service-employment", "search-1", tag: "t")
    assert_equal [:canceled, "search-1", "t"], [result.outcome, result.search_id, result.tag], result.inspect
    assert_equal "#{id(2)}.service-employment", result.case_id
  end

  def test_waiting_for_a_case
    client = self.client(backoff_base_ms: 20, backoff_max_ms: 20)
    assert_predicate client.await(id(14), until: "canceled"), :ok?
    assert_predicate client.await(id(7), until: "finished"), :ok?
    late = client.await(id(1), until: "canceled", timeout_ms: 100)
    assert_equal %i[unknown deadline], [late.outcome, late.reason]
    thread = Thread.new { client.await(id(1), until: "canceled") }
    client.cancel(id(1))
    assert_predicate thread.value, :ok?
    assert thread.value.case[:canceled]
  end

  def test_wrong_input
    client = self.client
    assert_predicate client.cancel_services(id(2), []), :invalid?
    assert_predicate client.cancel_services(nil, ["a"]), :invalid?
    assert_predicate client.cancel_services(id(2), %w[a a]), :invalid?
    assert_predicate client.cancel_services(id(2), ["\xFF"]), :invalid?
    assert_predicate client.cancel_search(id(2), "a/b"), :invalid?
    assert_predicate client.await(id(2)), :invalid?
    assert_predicate client.await(id(2), until: "tomorrow"), :invalid?
    assert_raises(ArgumentError) { client.cancel_services(id(2), ["a"], intent_key: "x") }
    assert_raises(ArgumentError) { client.cancel_search(id(2), "a", service_type_id: "x") }
    assert_raises(ArgumentError) { client.await(id(2), to: "canceled") }
    assert_raises(TypeError) { client.cancel_search(id(2), 7) }
    assert_equal 0, sandbox.totals[:requests]
  end

  # Where the call is the only one, it ends at once, and what is known of it is told.
  def test_a_smaller_cancel_that_is_interrupted
    sandbox.fault(kind: "hang", on: "any")
    told = []
    client = self.client(on_result: told.method(:push))
    { services: -> { client.cancel_services(id(2), ["service-employment"]) },
      search: -> { client.cancel_search(id(2), "search-1") } }.each do |name, call|
      began = now
      error = assert_raises(IOError) { Timeout.timeout(0.15, IOError) { call[] } }
      assert_operator now - began, :<, 0.15 + (3 * PROMPT_SECONDS)
      results = client.unclaimed
      assert_equal [name, 1], [name, results.size]
      assert_includes %i[unknown not_sent], results.first.outcome
      assert_equal results, error.results
      assert_equal results, told.shift(1)
    end
  end

  # Others go on; this one ends later, and is told of then.
  def test_one_that_is_interrupted_beside_others
    sandbox.fault(kind: "slow", delay_ms: 400, on: "any", effect: "before")
    client = self.client
    other = Thread.new { client.cancel(id(1)) }
    sleep 0.1
    assert_raises(Timeout::Error) { Timeout.timeout(0.05) { client.cancel_search(id(2), "search-1") } }
    assert_predicate other.value, :canceled?
    assert_equal [id(2)], eventually { client.unclaimed.then { |found| found if found.any? } }.map(&:case_id)
  end

  def test_waiting_is_interrupted_and_nothing_is_told_of_it
    client = self.client
    assert_raises(Timeout::Error) { Timeout.timeout(0.1) { client.await(id(1), until: "canceled") } }
    assert_empty client.unclaimed
  end
end
