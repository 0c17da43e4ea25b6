# frozen_string_literal: true

require_relative "helper"
require "pathname"
require "tmpdir"

# Clients with a journal, the journal itself, and what is finished of a process that was killed.
class JournalTest < SandboxTest
  def setup
    super
    @folder = Dir.mktmpdir
    @path = File.join(@folder, "cancels.journal")
    @journal = KCase::Journal.new(@path)
  end

  def teardown
    super
    FileUtils.remove_entry(@folder)
  end

  def test_what_was_canceled_is_in_the_journal
    client = self.client(journal: @path)
    results = [client.cancel(id(1), tag: "row 1", intent_key: "job 1"), client.cancel(id(7))]
    results += client.cancel_many([id(2)]).to_a
    assert_equal [true] * 3, results.map(&:journaled)
    assert_equal [nil] * 3, results.map(&:journal_error)
    assert_nil self.client.cancel(id(3)).journaled
    page = @journal.history
    assert_predicate page, :ok?
    assert_equal [id(1), id(7), id(2)], page.records.map { |record| record[:case_id] }
    assert_equal %w[canceled refused canceled], page.records.map { |record| record[:outcome] }
    assert_equal ["row 1", "job 1"], page.records.first.values_at(:tag, :intent_key)
    assert_equal [id(7)], @journal.history(outcome: "refused").records.map { |record| record[:case_id] }
    assert_predicate page, :frozen?
    assert page.records.all?(&:frozen?)
  end

  def test_records_come_page_by_page
    client(journal: @path).cancel_many(many_ids(5)) { |_| nil }
    assert_equal 2, @journal.history(limit: 2).records.size
    assert_equal many_ids(5), @journal.records(limit: 2).map { |record| record[:case_id] }.sort
    assert_equal 1, @journal.records(case_id: Sandbox.many_id(3)).count
    assert_raises(ArgumentError) { @journal.history(case: "x") }
    assert_predicate @journal.history(limit: 0), :invalid?
    assert_raises(KCase::InvalidInput) { @journal.records(limit: 0).to_a }
  end

  def test_the_trail_is_verified_against_a_head
    client = self.client(journal: @path)
    client.cancel(id(1))
    head = @journal.head.head
    assert_equal %i[at count hash], head.keys.sort
    client.cancel(id(2))
    verified = @journal.verify(head)
    assert_predicate verified, :ok?
    assert_equal [true, "matches"], verified.verification.values_at(:intact, :expected_head)
    wrong = @journal.verify({ **head, hash: "0" * 64 })
    assert_equal %i[failed journal], [wrong.outcome, wrong.reason]
    assert_equal "differs", wrong.verification[:expected_head]
    assert_predicate @journal.verify, :ok?
    assert_equal 0, @journal.prune(before: "2000-01-01").pruned
    assert_predicate @journal.prune(before: "soon"), :invalid?
  end

  def test_a_journal_that_is_not_there
    none = KCase::Journal.new(Pathname("/nowhere/journal"))
    [none.history, none.head, none.verify, none.prune(before: "2026-01-01")].each do |result|
      assert_equal %i[failed journal], [result.outcome, result.reason]
    end
    assert_raises(KCase::Failed) { none.records.first }
    assert_equal "#<KCase::Journal /nowhere/journal>", none.inspect
    assert_raises(KCase::InvalidInput) { client(journal: "/nowhere/journal") }
  end

  def test_what_it_has_as_canceled_needs_no_request
    client = self.client(journal: @path)
    client.cancel(id(1))
    again = client.cancel(id(1), use_journal: true)
    assert_equal %i[already_canceled journal], [again.outcome, again.evidence]
    assert_equal 1, sandbox.totals[:cancel_requests]
  end

  def test_by_the_environment
    env = { "KCASE_BASE_URL" => sandbox.url, "KCASE_TOKEN" => Sandbox::TOKEN, "KCASE_JOURNAL" => @path,
            "KCASE_JOURNAL_ON_NETWORK_FS" => "true" }
    assert KCase::Client.from_env(env) { |client| client.cancel(id(1)) }.journaled
    wrong = env.merge("KCASE_JOURNAL_ON_NETWORK_FS" => "yes")
    assert_includes assert_raises(KCase::InvalidInput) { KCase::Client.from_env(wrong) }.message, "network"
  end

  KILLED = <<~'RUBY'
    client = KCase::Client.new(base_url: ENV["SANDBOX"], token: "sandbox-token", journal: ARGV.shift)
    ARGV.each { |id| Thread.new { client.cancel(id, tag: "killed") } }
    sleep
  RUBY

  # Leaves unfinished intents: a process that is killed while the service is silent.
  def leave_unfinished(*ids, effect: "none")
    sandbox.fault(kind: "hang", on: "any", effect: effect)
    child = Process.spawn({ "SANDBOX" => sandbox.url }, RbConfig.ruby, *ruby_options,
                          "-I#{File.join(GEM_ROOT, "lib")}", "-rkcase", "-e", KILLED, @path, *ids)
    eventually { sandbox.totals[:cancel_requests] == ids.size }
    Process.kill("KILL", child)
    Process.wait(child)
    sandbox_without_faults
  end

  def sandbox_without_faults
    http = Net::HTTP.start(URI(sandbox.url).host, URI(sandbox.url).port, nil)
    http.delete("/sandbox/faults")
    http.finish
  end

  def test_what_a_killed_process_left_is_finished
    leave_unfinished(id(1), id(2))
    assert_equal 2, @journal.records(outcome: "unfinished").count
    told = []
    client = self.client(journal: @path, on_result: told.method(:push))
    batch = client.resume
    assert_kind_of KCase::Batch, batch
    assert_nil batch.size
    results = batch.to_a
    assert_equal [id(1), id(2)], results.map(&:case_id).sort
    assert results.all?(&:canceled?), results.inspect
    assert results.all?(&:journaled)
    assert_equal results, told
    assert_equal 0, @journal.records(outcome: "unfinished").count
    assert_raises(KCase::ClosedError) { batch.to_a }
    assert_empty client.resume.to_a
    assert(sandbox.truth(id(1)).then { |truth| truth[:canceled] && truth[:cancels_applied] == 1 })
  end

  def test_what_has_taken_effect_is_not_sent_again
    leave_unfinished(id(1), effect: "before")
    results = []
    client(journal: @path).resume(max_in_flight: 1) { |result| results << result }
    assert_equal [%i[already_canceled read_back]], results.map { |result| [result.outcome, result.evidence] }
    assert_equal 1, sandbox.totals[:cancel_requests]
  end

  def test_verifying_sends_no_cancel
    leave_unfinished(id(1))
    assert_equal [:ok], client(journal: @path).resume(mode: "verify").map(&:outcome)
    assert_equal 1, sandbox.totals[:cancel_requests]
    assert_equal 1, @journal.records(outcome: "unfinished").count
  end

  def test_resuming_is_interrupted_like_a_batch
    leave_unfinished(id(1), id(2))
    sandbox.fault(kind: "hang", on: "any")
    client = self.client(journal: @path)
    began = now
    assert_raises(Timeout::Error) { Timeout.timeout(0.2) { client.resume.to_a } }
    assert_operator now - began, :<, 0.2 + (5 * PROMPT_SECONDS)
    assert_operator client.unclaimed.size, :<=, 2
    sandbox_without_faults
    assert_equal 2, client.resume.count(&:canceled?)
  end

  def test_wrong_input
    assert_raises(KCase::InvalidInput) { client.resume.to_a }
    assert_raises(KCase::InvalidInput) { client(journal: @path).resume(mode: "maybe").to_a }
  end
end
