# frozen_string_literal: true

require_relative "helper"
require "tmpdir"

# The signatures say what the methods take and give: rbs watches each call of a program that uses all of them.
class SignaturesTest < SandboxTest
  def sandbox
    Sandbox.small
  end

  PROGRAM = <<~'RUBY'
    require "kcase/testing/minitest"
    require "logger"
    require "pathname"
    BAD, GOOD = ARGV
    config = { base_url: ENV["SANDBOX"], token: "sandbox-token", timeout_ms: 5_000 }
    env = { "KCASE_BASE_URL" => ENV["SANDBOX"], "KCASE_TOKEN" => "x" }
    KCase::Client.from_env(env, max_attempts: 1).close
    KCase::Client.from_env(env, &:check)
    KCase::Client.from_config({ "base_url" => ENV["SANDBOX"], token: "x" }).close
    KCase::Client.from_config(config, on_result: ->(_) {}, logger: Logger.new(nil), &:check)
    File.write("kcase.json", JSON.generate(config))
    KCase::Client.from_file("kcase.json").close
    KCase::Client.from_file(Pathname("kcase.json"), &:check)
    KCase::Client.open(**config) do |client|
      results = [
        client.cancel(BAD, tag: "row 1", confirm: "always", headers: { "tracestate" => "a=1" }),
        client.cancel!(GOOD), client.cancel(nil),
        client.status(GOOD, personal_data: true), client.status!(GOOD), client.check, client.check!
      ]
      cases = [GOOD, [BAD, { tag: "row 2" }], [GOOD, nil]]
      batch = client.cancel_many(cases, max_in_flight: 2, http2: false) { |result| results << result }
      batch.interrupt.inspect
      batch.stats
      results.each do |result|
        (KCase::Result::MEMBERS - %i[settled retriable]).each { |member| result.public_send(member) }
        predicates = KCase::Result.public_instance_methods(false).grep(/\?\z/).grep_v(/eql/)
        predicates.each { |predicate| result.public_send(predicate) }
        [result.to_h, result.to_json, result.deconstruct_keys(nil), result.deconstruct_keys([:case_id]),
         result == 1, result.hash, result.to_s, result.inspect]
        KCase::Result.from_json(result.to_json)
        error = result.exception unless result.success?
        error&.result
        error&.retriable?
      end
      client.interrupt.unclaimed
      client.inspect
      client.closed?
    end
    KCase::Client.open(**config) do |client|
      listing = client.listing(cancelable: "likely", archived: false)
      [listing.result, listing.inspect, listing.first(1)]
      client.listing(secondary_status: "none") { |_| nil }
      results = [
        client.list(limit: 1, tag: "t", headers: { tracestate: "a=1" }),
        client.cancel_found(api_tracking_code: "none", all: true, expected: 1),
        client.cancel_services(GOOD, ["service-mvr"], confirm: "always"), client.cancel_services(nil, ["a"]),
        client.cancel_search("a", "b"), client.await(GOOD, until: "canceled", timeout_ms: 50),
        KCase::Webhook.parse("{}", { "a" => %w[b c] }, username: "u", password: "p", tolerance_s: 10)
      ]
      results.each do |result|
        (KCase::Result::MEMBERS - %i[settled retriable]).each { |member| result.public_send(member) }
        KCase::Result::FURTHER_MEMBERS.each { |member| result.public_send(member) }
      end
    end
    KCase::Client.open(**config, journal: "cancels.journal") do |client|
      client.cancel(GOOD, intent_key: "job", use_journal: false)
      client.resume(mode: "verify", max_in_flight: 2, http2: false) { |_| nil }.stats
    end
    journal = KCase::Journal.new("cancels.journal")
    pages = [journal.history(limit: 1), journal.head, journal.verify, journal.prune(before: "2000-01-01")]
    pages << journal.verify(journal.head.head)
    pages.each do |result|
      KCase::Result::FURTHER_MEMBERS.each { |member| result.public_send(member) }
    end
    journal.records(limit: 1).to_a
    journal.records { |record| record[:id] }
    [journal.path, journal.inspect]
    unknown = KCase::Testing.result(:unknown)
    fake = KCase::Testing::FakeClient.new({ "a" => [:refused, unknown], "b" => :denied })
    fake.cancel("a", tag: "x")
    fake.cancel!("c")
    fake.status!("c")
    fake.check!
    fake.cancel_many(["a", ["b", { tag: "y" }]], max_in_flight: 2) { |_| nil }.stats
    fake.ledger.each { |call| [call.operation, call.case_id, call.options, call.result] }
    [fake.canceled, fake.interrupt.unclaimed, fake.close, fake.closed?, fake.inspect]
    found = [{ id: "a", apiTrackingCode: "REQ" }]
    fake = KCase::Testing::FakeClient.new({ %w[a b] => :refused }, cases: found, unfinished: ["c"])
    fake.list(api_tracking_code: "REQ", personal_data: true)
    fake.listing(cancelable: "likely") { |_| nil }.result
    fake.cancel_found(api_tracking_code: "REQ", all: true, expected: 1)
    fake.cancel_services("a", ["b"], service_type_id: "c")
    fake.cancel_search("a", "b", tag: "t")
    fake.await("a", until: "canceled")
    fake.resume(mode: "verify", max_in_flight: 2, http2: false) { |_| nil }.stats
    fake.ledger.each { |call| [call.operation, call.case_id, call.options, call.result] }
    KCase::Testing.forbid_network { 1 }
    KCase::Testing.forbid_network
    KCase::Testing.allow_network
    puts KCase.library_version, KCase.library_path, KCase.build_info.size
  RUBY

  TARGETS = %w[
    KCase KCase::Client KCase::Result KCase::Batch KCase::Listing KCase::Journal KCase::Webhook KCase::Error
    KCase::Testing KCase::Testing::FakeClient KCase::Testing::FakeClient::Call
  ].join(",").freeze

  def test_a_program_that_calls_everything
    skip "rbs is not installed" if Gem::Specification.find_all_by_name("rbs").empty?
    outcome, error, status = watched(TARGETS, "sig")
    assert_predicate status, :success?, error
    assert_equal 3, outcome.lines.size
  end

  def test_a_wrong_signature_would_be_found
    skip "rbs is not installed" if Gem::Specification.find_all_by_name("rbs").empty?
    Dir.mktmpdir do |folder|
      right = File.read(File.join(GEM_ROOT, "sig/kcase.rbs"))
      wrong = right.sub("message: () -> String", "message: () -> Integer")
      File.write(File.join(folder, "kcase.rbs"), wrong)
      _, error, status = watched("KCase::Result", folder)
      refute_predicate status, :success?
      assert_match(/KCase::Result#message.*ReturnTypeError/, error)
    end
  end

  private

  def watched(target, signatures)
    env = {
      "RBS_TEST_TARGET" => target, "RBS_TEST_OPT" => "-I #{File.expand_path(signatures, GEM_ROOT)}",
      "RBS_TEST_RAISE" => "true", "RBS_TEST_LOGLEVEL" => "error", "SANDBOX" => sandbox.url
    }
    options = ["-I#{File.join(GEM_ROOT, "lib")}", "-rrbs/test/setup", "-rkcase"]
    Dir.mktmpdir do |folder|
      Open3.capture3(env, RbConfig.ruby, *options, "-e", PROGRAM, id(7), id(1), chdir: folder)
    end
  end
end
