# frozen_string_literal: true

require_relative "helper"

class ResultTest < SandboxTest
  PREDICATES = {
    ok: :ok?, canceled: :canceled?, already_canceled: :already_canceled?, refused: :refused?,
    not_found: :not_found?, denied: :denied?, failed: :failed?, not_sent: :not_sent?, unknown: :unknown?,
    invalid: :invalid?
  }.freeze

  def test_every_outcome_of_the_library_has_a_predicate_and_where_it_is_none_good_an_error
    assert_equal PREDICATES.keys.sort, KCase.const_get(:Native)::OUTCOMES.compact.sort
    PREDICATES.each do |outcome, predicate|
      result = made(outcome)
      held = PREDICATES.values.select { |other| result.public_send(other) }
      assert_equal [predicate], outcome == :already_canceled ? held - [:canceled?] : held
      next if %i[ok canceled already_canceled].include?(outcome)

      assert_instance_of Class, result.exception.class
      assert_operator result.exception.class, :<, KCase::Error
    end
    errors = PREDICATES.keys.grep_v(/ok|canceled/).map { |outcome| made(outcome).exception.class }
    assert_equal 7, errors.uniq.size
  end

  def test_canceled_says_what_is_known_of_the_case
    client = self.client
    assert_predicate client.cancel(id(1)), :canceled?
    assert_predicate client.cancel(id(1)), :canceled?
    assert_equal :already_canceled, client.cancel(id(1)).outcome
    assert_predicate client.status(id(1)), :canceled?
    refute_predicate client.status(id(2)), :canceled?
    refute_predicate client.cancel(id(7)), :canceled?
    refute_predicate client.check, :canceled?
  end

  def test_from_json
    [client.cancel(id(1), tag: "é"), client.cancel(id(7)), client.check].each do |result|
      copy = KCase::Result.from_json(result.to_json)
      assert_equal result, copy
      assert_predicate copy, :frozen?
      assert_equal result.to_h, copy.to_h
      assert_equal result.inspect, copy.inspect
      assert_equal KCase::Result.from_json(copy.to_json), copy
    end
    ["", "{", "[]", "7", "{}", '{"case_id": "x"}', "\xFF", nil].each do |text|
      assert_raises(ArgumentError, text.inspect) { KCase::Result.from_json(text) }
    end
  end

  # What the library gives by itself is what its JSON says.
  def test_each_member_by_itself_is_as_in_the_json
    results = [client.cancel(id(1), tag: "a b"), client.cancel(id(7)), client.cancel(""), client.check]
    results += [client.cancel(id(99)), client.status(id(2)), client.cancel(id(15))]
    (KCase::Result::MEMBERS - %i[settled retriable attempts case]).each do |member|
      assert_equal results.map { |result| result.to_h[member] }, results.map(&member), member
    end
  end

  def self.answer(status, form = "own", on: "cancel")
    { kind: "answer", status: status, form: form, on: on }
  end

  # What is done, the outcome and the reason; then whether it is settled, and whether it is retriable.
  FLAGS = {
    "accepted" => [{ case: 1 }, :canceled, nil, true, false],
    "accepted for later" =>
      [{ case: 1, fault: answer(202, "empty"), confirm: "never" }, :canceled, nil, false, false],
    "started" => [{ case: 7 }, :refused, :already_started, true, false],
    "unable" => [{ case: 10 }, :refused, :unable, false, false],
    "a conflict" => [{ case: 1, fault: answer(409) }, :refused, :other, false, true],
    "a wrong request" => [{ case: 1, fault: answer(405) }, :failed, :rejected, false, false],
    "busy" => [{ case: 1, fault: answer(429) }, :failed, :busy, false, true],
    "a firewall" => [{ case: 1, fault: answer(403, "block_page") }, :failed, :blocked, false, true],
    "the service's 404" => [{ case: 99 }, :not_found, nil, true, false],
    "a router's 404" =>
      [{ case: 1, fault: answer(404, "router_page", on: "any") }, :failed, :not_the_service, false, true],
    "a login page" => [{ case: 1, fault: answer(200, "login_page") }, :unknown, :contradictory, false, true]
  }.freeze

  FLAGS.each do |name, (call, outcome, reason, settled, retriable)|
    define_method("test_flags_are_the_librarys_and_not_the_outcomes_#{name.gsub(/\W/, "_")}") do
      results_of(**call).each do |result|
        assert_equal [outcome, reason], [result.outcome, result.reason]
        assert_equal [settled, retriable], [result.settled?, result.retriable?]
        flags = { settled: settled, retriable: retriable }
        assert_equal flags, result.deconstruct_keys(%i[settled retriable])
        assert_equal flags, result.to_h.slice(:settled, :retriable)
        assert_equal retriable, result.exception.retriable? unless result.success?
      end
    end
  end

  def test_flags_differ_where_outcomes_do_not
    %i[canceled refused failed].each do |outcome|
      flags = FLAGS.values.select { |row| row[1] == outcome }.map { |row| row[3..] }
      assert_operator flags.uniq.size, :>, 1, outcome
    end
  end

  def test_an_outcome_that_this_gem_does_not_know_is_unknown
    result = made(:postponed)
    assert_predicate result, :unknown?
    assert_instance_of KCase::Unknown, result.exception
    assert_equal :postponed, result.outcome
  end

  def test_members
    result = client.cancel(id(6), tag: "row 6")
    assert_equal :refused, result.outcome
    assert_equal :already_started, result.reason
    assert_equal :read_back, result.evidence
    assert_equal 422, result.http_status
    assert_equal id(6), result.case_id
    assert_equal "row 6", result.tag
    assert_equal "custom", result.environment
    assert_equal "Cannot cancel a case that has already started.", result.message
    assert_equal "Unprocessable Entity", result.error
    assert_equal(%w[cancel read], result.attempts.map { |attempt| attempt[:request] })
    refute result.case[:canceled]
    assert_kind_of Integer, result.elapsed_ms
    assert_predicate result, :settled?
    refute_predicate result, :retriable?
    assert_equal KCase::Result::MEMBERS.sort, result.to_h.keys.sort
    assert_equal result.to_h[:message], JSON.parse(result.to_json)["message"]
    assert_equal "refused: #{result.message}", result.to_s
  end

  def test_what_does_not_apply_is_nil
    result = client.check
    assert_nil result.case_id
    assert_nil result.reason
    assert_nil result.tag
    assert_nil client.cancel("").http_status
  end

  def test_it_is_frozen_through_and_through
    result = client.cancel(id(1))
    assert_predicate result, :frozen?
    everything = [result.to_h, *result.to_h.values, *result.attempts, *result.attempts.flat_map(&:values)]
    assert everything.all?(&:frozen?)
  end

  def test_pattern_matching
    matched =
      case client.cancel(id(7))
      in { outcome: :canceled } then :wrong
      in { outcome: :refused, reason: :already_started, http_status: Integer => status, settled: true }
        status
      end
    assert_equal 422, matched
    known = client.check.deconstruct_keys(%i[outcome retriable nothing])
    assert_equal({ outcome: :ok, retriable: false }, known)
    assert_equal KCase::Result::MEMBERS.sort, client.check.deconstruct_keys(nil).keys.sort
  end

  def test_a_result_is_raised_as_the_error_for_its_outcome
    result = client.cancel(id(15))
    error = assert_raises(KCase::Denied) { raise result }
    assert_same result, error.result
    assert_includes error.message, id(15)
    refute_predicate error, :retriable?
    assert_equal "mine", assert_raises(KCase::Denied) { raise result, "mine" }.message
    assert_raises(TypeError) { raise client.cancel(id(1)) }
  end

  def test_equality_and_marshal
    result = client.cancel(id(1))
    copy = Marshal.load(Marshal.dump(result))
    assert_equal result, copy
    assert_equal 1, [result, copy].uniq.size
    assert_predicate copy, :canceled?
    assert_predicate copy, :frozen?
    assert_equal JSON.parse(result.to_json), JSON.parse(copy.to_json)
    refute_equal result, client.cancel(id(1))
  end

  def test_personal_data_only_when_it_is_asked_for
    without = client.status(id(1)).to_json
    with = client.status(id(1), personal_data: true)
    extra = with.case.keys - client.status(id(1)).case.keys
    refute_empty extra
    extra.each { |key| refute_includes without, key.to_s }
    refute_includes with.inspect, with.case[extra.first].to_s
  end

  private

  # The results of a cancel by itself and among many, and copies of them.
  def results_of(fault: nil, confirm: "ambiguous", **call)
    client = self.client(max_attempts: 2, confirm: confirm)
    calls = [-> { client.cancel(id(call[:case])) }, -> { client.cancel_many([id(call[:case])]).first }]
    calls.flat_map do |cancel|
      sandbox.reset
      sandbox.fault(**fault) if fault
      result = cancel.call
      [result, Marshal.load(Marshal.dump(result))]
    end
  end

  def made(outcome)
    members = KCase::Result::MEMBERS.to_h { |member| [member, nil] }
    KCase::Result.from_json(JSON.generate(members.merge(outcome: outcome, message: "Made for a test.")))
  end
end
