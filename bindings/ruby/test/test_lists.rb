# frozen_string_literal: true

require_relative "helper"
require_relative "scheduler"

# Cases that are found in the service's list.
class ListsTest < SandboxTest
  def sandbox
    Sandbox.small
  end

  def test_the_cases_that_are_meant
    client = self.client
    all = client.list(limit: 20)
    assert_predicate all, :ok?
    assert_equal all.listing[:found], all.listing[:seen]
    assert_equal [20, true], [all.cases.size, all.listing[:truncated]]
    canceled = client.list(secondary_status: "Canceled")
    assert_equal [id(14)], canceled.cases.map { |found| found[:id] }
    assert canceled.cases.first[:canceled]
    assert_equal({ found: 1, truncated: false }, canceled.listing.slice(:found, :truncated))
    none = client.list(api_tracking_code: "nobody's", tag: "t")
    assert_equal [:ok, [], "t"], [none.outcome, none.cases, none.tag]
    assert_predicate canceled, :frozen?
  end

  def test_what_is_wrong_is_never_every_case
    client = self.client
    assert_raises(ArgumentError) { client.list(api_traking_code: "x") }
    assert_raises(ArgumentError) { client.listing(page: 2) }
    assert_predicate client.list(api_tracking_code: ""), :invalid?
    assert_predicate client.list(case_status: "pending?"), :invalid?
    assert_raises(KCase::InvalidInput) { client.listing(candidate_email: " ").to_a }
    assert_equal 0, sandbox.totals[:requests]
  end

  def test_one_after_another
    client = self.client
    listing = client.listing(case_status: "Adjudicated")
    assert_nil listing.result
    results = listing.to_a
    assert_equal [9, 10, 11, 12].map { |number| id(number) }, results.map(&:case_id).sort
    assert results.all?(&:ok?)
    assert_equal results.map(&:case_id), results.map { |result| result.case[:id] }
    assert_equal [:ok, 4], [listing.result.outcome, listing.result.listing[:found]]
    assert_equal "#<KCase::Listing ok>", listing.inspect
    assert_raises(KCase::ClosedError) { listing.to_a }
    assert_equal 4, client.listing(case_status: "Adjudicated") { |result| assert_predicate result, :ok? }
                          .result.listing[:found]
  end

  # That no case was left out is known only at the end.
  def test_a_list_that_is_cut_short_ends_by_an_error
    sandbox.fault(kind: "truncate", on: "list")
    listing = client.listing
    assert_raises(KCase::Unknown) { listing.to_a }
    assert_predicate listing.result, :unknown?
    result = client(max_attempts: 1).list
    assert_predicate result, :unknown?
  end

  def test_a_listing_is_left_early
    client = self.client
    first = client.listing.first(3)
    assert_equal 3, first.map(&:case_id).uniq.size
    assert_predicate client.check, :ok?
    client.close
    assert_raises(KCase::ClosedError) { client.listing.to_a }
    assert_raises(KCase::ClosedError) { client.list }
  end

  def test_both_are_interrupted
    sandbox.fault(kind: "hang", on: "list")
    client = self.client
    [-> { client.list }, -> { client.listing.to_a }].each do |call|
      began = now
      assert_raises(Timeout::Error) { Timeout.timeout(0.15) { call[] } }
      assert_operator now - began, :<, 0.15 + (3 * PROMPT_SECONDS)
    end
    assert_empty client.unclaimed
  end

  def test_other_fibers_run_meanwhile
    skip "Ruby #{RUBY_VERSION} has no Fiber scheduler" unless Fiber.respond_to?(:set_scheduler)
    sandbox.fault(kind: "slow", delay_ms: 200, on: "list")
    client = self.client
    ticks = 0
    found = nil
    Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      Fiber.schedule { found = client.listing(secondary_status: "Canceled").map(&:case_id) }
      Fiber.schedule { (ticks += 1) && sleep(0.005) until found }
    end.join
    assert_equal [id(14)], found
    assert_operator ticks, :>, 10
  end

  # The cases beyond the table are numbered from 1 again: their tracking codes are there twice, up to 15.
  def test_a_case_is_found_and_canceled
    result = client.cancel_found(api_tracking_code: "sandbox-000000000020", tag: "t")
    assert_equal [:canceled, Sandbox.many_id(20), "t"], [result.outcome, result.case_id, result.tag]
    assert_equal [[Sandbox.many_id(20), "canceled"]], result.cases.map { |one| one.values_at(:id, :outcome) }
    assert sandbox.truth(Sandbox.many_id(20))[:canceled]
  end

  def test_none_is_canceled_if_more_are_found_than_meant
    client = self.client
    twice = { api_tracking_code: "sandbox-000000000001" }
    result = client.cancel_found(**twice)
    assert_equal [:refused, :ambiguous, 2], [result.outcome, result.reason, result.cases.size]
    assert_equal :ambiguous, client.cancel_found(**twice, all: true, expected: 3).reason
    assert_equal 0, sandbox.totals[:cancel_requests]
    assert_predicate client.cancel_found(**twice, all: true, expected: 2), :canceled?
    assert_equal 2, sandbox.totals[:cancels_applied]
  end

  def test_no_such_case_and_wrong_input
    client = self.client
    assert_predicate client.cancel_found(api_tracking_code: "nobody's"), :not_found?
    assert_predicate client.cancel_found, :invalid?
    assert_predicate client.cancel_found(api_tracking_code: "a", candidate_email: "b"), :invalid?
    assert_raises(ArgumentError) { client.cancel_found(case_status: "Pending") }
    assert_equal 0, sandbox.totals[:cancel_requests]
  end
end
