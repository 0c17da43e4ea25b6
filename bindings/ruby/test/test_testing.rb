# frozen_string_literal: true

require_relative "helper"
require "kcase/testing/minitest"
require "stringio"

# What is for the tests of programs that use kcase.
class TestingTest < SandboxTest
  include KCase::Testing::Minitest

  def sandbox
    Sandbox.shared
  end

  # Each is made by the library, too: the flags are those that it gives.
  ANSWERS = {
    "canceled" => [1], "refused already_started" => [7], "refused unable" => [10],
    "refused other" => [1, { status: 409 }], "not_found" => [99], "denied forbidden" => [15],
    "failed rejected" => [1, { status: 405 }], "failed busy" => [1, { status: 429 }],
    "failed server_error" => [1, { status: 500 }],
    "failed blocked" => [1, { status: 403, form: "block_page" }],
    "failed not_the_service" => [1, { status: 404, form: "router_page", on: "any" }],
    "failed redirected" => [1, { kind: "empty", status: 302, location: "/" }],
    "unknown contradictory" => [1, { status: 200, form: "login_page" }],
    "already_canceled" => [14], "invalid input" => [""]
  }.freeze
  FLAGS = %i[outcome reason settled retriable evidence http_status].freeze

  ANSWERS.each do |words, (number, fault)|
    define_method("test_a_result_as_the_library_makes_it_#{words}") do
      sandbox.reset
      sandbox.fault(kind: "answer", on: "cancel", **fault) if fault
      real = client(max_attempts: 2).cancel(number.is_a?(Integer) ? id(number) : number)
      outcome, reason = words.split.map(&:to_sym)
      made = KCase::Testing.result(outcome, reason: reason)
      assert_equal(real.to_h.slice(*FLAGS), made.to_h.slice(*FLAGS))
      assert_equal real.to_h.keys.sort, made.to_h.keys.sort
    end
  end

  def test_every_outcome_can_be_made_and_no_other
    KCase.const_get(:Native)::OUTCOMES.compact.each do |outcome|
      assert_equal outcome, KCase::Testing.result(outcome).outcome
    end
    assert_raises(ArgumentError) { KCase::Testing.result(:lost) }
    assert_raises(ArgumentError) { KCase::Testing.result(:refused, reason: :deadline) }
    assert_raises(ArgumentError) { KCase::Testing.result(:canceled, case_idd: "x") }
    given = KCase::Testing.result(:unknown, reason: :deadline, case_id: "a", retriable: false)
    assert_equal ["a", false, :deadline], [given.case_id, given.retriable?, given.reason]
    assert_raises(KCase::Unknown) { raise given }
  end

  def test_every_reason_is_one_that_the_library_has
    schema = JSON.parse(File.read(File.join(ROOT, "bindings/schema/result.schema.json")))
    known = schema["properties"]["reason"]["enum"].map { |word| word&.to_sym }
    made = KCase::Testing.const_get(:Results)::FLAGS.values.flat_map(&:keys)
    assert_empty made - known
    assert_empty known - made
  end

  # --- FakeClient

  def test_a_fake_has_every_method_of_a_client_with_the_same_parameters
    real, fake = [KCase::Client, KCase::Testing::FakeClient].map do |type|
      (type.public_instance_methods - Object.public_instance_methods + [:inspect]).to_h do |name|
        [name, type.instance_method(name).parameters]
      end
    end
    assert_operator real.size, :>=, 18
    assert_equal real, fake.slice(*real.keys)
    assert_equal %i[canceled ledger], fake.keys.sort - real.keys
  end

  def test_a_fake_answers_as_a_service_that_has_every_case
    fake = kcase_fake
    assert_outcome :canceled, fake.cancel("a", tag: "x")
    assert_outcome :already_canceled, fake.cancel!("a")
    assert_canceled fake.status("a")
    refute_canceled fake.status("b")
    assert_predicate fake.check!, :ok?
    assert_equal %i[cancel cancel status status check], fake.ledger.map(&:operation)
    assert_equal ["a", { tag: "x" }, "x"], fake.ledger.first.then { |c| [c.case_id, c.options, c.result.tag] }
    assert_equal ["a"], fake.canceled
  end

  def test_a_fake_answers_as_it_is_told
    told = []
    unable = KCase::Testing.result(:refused, reason: :unable)
    fake = kcase_fake({ "a" => [:unknown, :not_sent, unable] }, on_result: told.method(:push))
    assert_equal %i[unknown not_sent refused refused], Array.new(4) { fake.cancel("a").outcome }
    assert_equal :unable, told.last.reason
    assert_equal fake.ledger.map(&:result), told
    assert_empty fake.canceled
    assert_raises(KCase::Refused) { fake.cancel!("a") }
    assert_raises(ArgumentError) { fake.cancel("a", timout_ms: 1) }
    assert_raises(ArgumentError) { KCase::Testing::FakeClient.new(answer: 1) }
  end

  def test_many_cases_of_a_fake
    fake = kcase_fake("b" => :refused)
    batch = fake.cancel_many(["a", ["b", { tag: "x" }]], tag: "all")
    assert_kind_of KCase::Batch, batch
    assert_equal({ "a" => "all", "b" => "x" }, batch.to_h { |result| [result.case_id, result.tag] })
    assert_equal({ canceled: 1, refused: 1 }, batch.stats[:outcomes])
    assert_raises(KCase::ClosedError) { batch.first }
    fake.cancel_many(StringIO.new("c\n")) { |result| assert_equal "c", result.case_id }
    assert_raises(TypeError) { fake.cancel_many(["a", 7]).to_a }
    fake.close
    assert_predicate fake, :closed?
    assert_raises(KCase::ClosedError) { fake.cancel("a") }
  end

  CASES = [
    { id: "a", apiTrackingCode: "REQ-1", candidateEmail: "Ann@example.org", caseStatus: "Pending",
      orderedStamp: "2026-01-05T10:00:00.000+00:00" },
    { id: "b", apiTrackingCode: "REQ-2", caseStatus: "Complete", orderedStamp: "2026-02-05T10:00:00Z" },
    { id: "c", apiTrackingCode: "REQ-2", caseStatus: "Pending", orderedStamp: "2026-02-06T10:00:00Z" },
    { id: "d", apiTrackingCode: "REQ-4", archived: 1 },
    { id: "e", apiTrackingCode: "REQ-5", canceled: true, orderedStamp: "2026-03-01T00:00:00Z" }
  ].freeze
  FINDS = {
    { api_tracking_code: "REQ-2" } => "bc", { api_tracking_code: "req-2" } => "",
    { candidate_email: "ann@EXAMPLE.org" } => "a", { case_status: "Pending", limit: 1 } => "a",
    { ordered_before: "2026-02-05" } => "a", { ordered_after: "2026-02-05T10:00:00Z" } => "bce",
    { cancelable: "likely" } => "ac", { secondary_status: "Canceled" } => "e",
    { secondary_status: "none" } => "abc", { api_tracking_code: "REQ-4" } => "",
    { api_tracking_code: "REQ-4", archived: true } => "d", {} => "abce"
  }.freeze

  def test_a_fake_lists_the_cases_that_are_meant
    fake = kcase_fake(cases: CASES)
    FINDS.each do |filter, found|
      list = fake.list(**filter, tag: "t")
      assert_equal ["t", found], [list.tag, list.cases.map { |state| state[:id] }.join], filter.inspect
    end
    assert_equal({ seen: 4, found: 2, truncated: true }, fake.list(case_status: "Pending", limit: 1).listing)
    refute_includes fake.list(candidate_email: "ann@example.org").cases.first, :candidateEmail
    named = fake.list(candidate_email: "ann@example.org", personal_data: true).cases.first
    assert_equal "Ann@example.org", named[:candidateEmail]
    assert_equal :invalid, fake.list(api_tracking_code: " ").outcome
    assert_raises(ArgumentError) { fake.list(page: 2) }
  end

  def test_a_fake_gives_them_one_after_another
    told = []
    fake = kcase_fake({}, cases: CASES, on_result: told.method(:push))
    listing = fake.listing(case_status: "Pending")
    assert_empty fake.ledger
    assert_equal %w[a c], listing.map(&:case_id)
    assert_equal [2, [listing.result]], [listing.result.listing[:found], told]
    assert_raises(KCase::ClosedError) { listing.first }
    assert_raises(KCase::InvalidInput) { fake.listing(api_tracking_code: "").to_a }
    assert_equal([false], fake.listing(candidate_email: "ann@example.org") { |result| refute_canceled result }
                              .result.cases.map { |state| state[:canceled] })
  end

  def test_a_fake_cancels_what_it_finds
    fake = kcase_fake({ "b" => :refused }, cases: CASES)
    one = fake.cancel_found(api_tracking_code: "REQ-1", tag: "t")
    assert_equal [:canceled, "a", "t"], [one.outcome, one.case_id, one.tag]
    assert_equal [%w[a canceled]], one.cases.map { |tried| tried.values_at(:id, :outcome) }
    assert_canceled fake.status("a")
    two = fake.cancel_found(api_tracking_code: "REQ-2")
    assert_outcome :refused, two, reason: :ambiguous
    assert_equal %w[a e], fake.canceled.sort
    assert_equal :ambiguous, fake.cancel_found(api_tracking_code: "REQ-2", all: true, expected: 3).reason
    assert_equal :partial, fake.cancel_found(api_tracking_code: "REQ-2", all: true, expected: 2).reason
    assert_outcome :not_found, fake.cancel_found(api_tracking_code: "REQ-9")
    refute_predicate fake.cancel_found(api_tracking_code: "REQ-9"), :settled?
    wrong = [{}, { api_tracking_code: "" }, { api_tracking_code: "REQ-1", candidate_email: "b" },
             { api_tracking_code: "REQ-1", all: true }, { api_tracking_code: "REQ-1", expected: 1 }]
    wrong.each { |given| assert_outcome :invalid, fake.cancel_found(**given) }
  end

  def test_a_fake_cancels_parts_of_a_case
    fake = kcase_fake(%w[a license] => :refused, %w[d s2] => %i[unknown canceled])
    both = fake.cancel_services("a", %w[mvr license], tag: "t")
    assert_equal [:refused, "a", "t", false], [both.outcome, both.case_id, both.tag, both.settled?]
    assert_equal %w[canceled refused], both.services.map { |service| service[:outcome] }
    assert_outcome :already_canceled, fake.cancel_services("a", ["mvr"])
    assert_equal({ service_ids: ["mvr"] }, fake.ledger.last.options)
    refute_canceled fake.status("a")
    fake.cancel("a")
    assert_predicate fake.cancel_services("a", %w[mvr license]), :already_canceled?
    assert_equal %i[unknown canceled], Array.new(2) { fake.cancel_search("d", "s2").outcome }
    assert_equal %w[d s2], fake.cancel_search("d", "s2").then { |found| [found.case_id, found.search_id] }
    [[], %w[mvr mvr]].each { |ids| assert_outcome :invalid, fake.cancel_services("b", ids) }
    assert_raises(ArgumentError) { fake.cancel_search("d", "s2", service_type_id: "x") }
  end

  def test_a_fake_does_not_wait
    fake = kcase_fake(cases: [{ id: "a", caseStatus: "Complete", beginProcessingStamp: "2026-01-05" }])
    %w[started finished].each { |state| assert_predicate fake.await("a", until: state), :ok? }
    assert_outcome :unknown, fake.await("a", until: "canceled"), reason: :deadline
    assert_outcome :unknown, fake.await("b", until: "started"), reason: :deadline
    fake.cancel("b")
    assert_outcome :already_canceled, fake.await("b", until: "started")
    %w[canceled finished].each { |state| assert_canceled fake.await("b", until: state) }
    assert_outcome :invalid, fake.await("b", until: "tomorrow")
  end

  def test_a_fake_resumes_what_it_was_told_is_unfinished
    fake = kcase_fake({ "b" => %i[not_sent canceled] }, unfinished: %w[a b c])
    fake.cancel("a")
    verified = fake.resume(mode: "verify")
    assert_kind_of KCase::Batch, verified
    assert_equal %i[already_canceled ok ok], verified.map(&:outcome)
    resumed = fake.resume.to_h { |result| [result.case_id, result.outcome] }
    assert_equal({ "b" => :not_sent, "c" => :canceled }, resumed)
    fake.resume { |result| assert_outcome :canceled, result }
    assert_equal({ canceled: 1 }, fake.ledger.last(1).map { |call| call.result.outcome }.tally)
    assert_empty fake.resume.to_a
  end

  def test_it_needs_no_library
    program = <<~'RUBY'
      require "kcase/testing"
      fake = KCase::Testing::FakeClient.new("row 7" => :refused)
      puts fake.cancel("row 7"), fake.cancel_many(["a"]).to_a, defined?(Fiddle).inspect
      puts KCase::Result.from_json(KCase::Testing.result(:unknown).to_json).reason
    RUBY
    load = "-I#{File.join(GEM_ROOT, "lib")}"
    env = { "KCASE_LIBRARY" => "/nowhere" }
    outcome, error, = Open3.capture3(env, RbConfig.ruby, "-w", load, "-e", program)
    refused = "refused: Cannot cancel a case that has already started."
    canceled = "canceled: The case is canceled."
    assert_equal [refused, canceled, "nil", "answer_lost"], outcome.lines(chomp: true), error
  end

  # --- The network

  DISTANT = [
    { environment: "stage" }, { environment: "production" }, { base_url: "https://karmacheck.example" },
    { base_url: "https://127.0.0.1.example" }, { base_url: "http://localhost@example" },
    { base_url: "https://localhost.example/" },
    { base_url: "https://127.0.0.1", proxy: "http://proxy.example" },
    { base_url: "https://127.0.0.1", proxy: "environment" }, { base_url: "https://[::2]" }
  ].freeze
  NEAR = [
    { base_url: "http://127.0.0.1:1" }, { base_url: "http://localhost" },
    { base_url: "http://[::1]:80/path" },
    { base_url: "https://127.9.9.9/", proxy: "http://localhost:3128" }
  ].freeze

  def test_only_loopback_is_allowed
    DISTANT.each do |config|
      assert_raises(KCase::NetworkForbidden, config.inspect) { KCase::Client.new(token: "t", **config) }
      assert_raises(KCase::NetworkForbidden) { KCase::Client.from_config({ token: "t", **config }) }
    end
    NEAR.each { |config| KCase::Client.new(token: "t", **config).close }
    stage = { environment: "stage", token: "secret" }
    error = assert_raises(KCase::NetworkForbidden) { KCase::Client.new(**stage) }
    assert_includes error.message, "environment: loopback addresses only"
    refute_includes error.message, "secret"
  end

  def test_by_the_environment
    program = <<~'RUBY'
      KCase::Client.new(environment: "stage", token: "t").close
      puts "made"
    RUBY
    { "1" => "", "yes" => "", "0" => "made\n", "" => "made\n" }.each do |value, printed|
      outcome, error, = ruby(program, env: { "KCASE_FORBID_NETWORK" => value })
      assert_equal printed, outcome, error
      assert_includes error, "KCase::NetworkForbidden" if printed.empty?
    end
  end

  def test_forbidding_ends_with_the_block
    outcome, error, = ruby(<<~'RUBY')
      require "kcase/testing"
      make = -> { KCase::Client.new(environment: "stage", token: "t").close }
      p KCase::Testing.forbid_network { 7 }
      make.call
      KCase::Testing.forbid_network
      begin
        KCase::Testing.forbid_network { make.call }
      rescue KCase::NetworkForbidden
        make.call rescue p $!.class
      end
      KCase::Testing.allow_network
      KCase::Testing.allow_network
      make.call
    RUBY
    assert_equal "7\nKCase::NetworkForbidden\n", outcome, error
    assert_empty error
  end

  # --- Sandbox and Minitest

  def test_the_sandbox_for_tests
    kcase_sandbox.fault(kind: "reset_before", on: "cancel", effect: "before", times: 1)
    KCase::Client.open(**kcase_sandbox.config) do |client|
      assert_outcome :canceled, client.cancel(kcase_sandbox.case_id(1))
      assert_canceled client.cancel(kcase_sandbox.many_id(1_000))
    end
    assert_equal 1, kcase_sandbox.truth(kcase_sandbox.case_id(1))[:cancels_applied]
    assert_equal 2, kcase_sandbox.ledger.size
    assert_equal 2, kcase_sandbox.totals[:cancel_requests]
  end

  def test_assertions_fail_with_the_result_in_their_message
    result = KCase::Testing.result(:refused, case_id: "row 7")
    [
      -> { assert_canceled(result) }, -> { assert_outcome(:canceled, result) },
      -> { assert_outcome(:refused, result, reason: :unable) },
      -> { refute_canceled(KCase::Testing.result(:canceled, case_id: "row 7")) }
    ].each { |call| assert_includes assert_raises(Minitest::Assertion, &call).message, "row 7" }
    assert_raises(Minitest::Assertion) { assert_outcome(:canceled, :canceled) }
  end

  def test_a_sandbox_that_does_not_start
    assert_raises(RuntimeError) { KCase::Testing::Sandbox.start(program: "true") }
    assert_raises(Errno::ENOENT) { KCase::Testing::Sandbox.start(program: "/nowhere/sandbox") }
  end
end
