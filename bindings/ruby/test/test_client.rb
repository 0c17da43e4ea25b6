# frozen_string_literal: true

require_relative "helper"
require "pathname"
require "tempfile"

class ClientTest < SandboxTest
  def test_open_yields_a_client_closes_it_and_gives_the_value_of_the_block
    kept = nil
    outcome = KCase::Client.open(**config) do |client|
      kept = client
      client.cancel(id(1)).outcome
    end
    assert_equal :canceled, outcome
    assert_predicate kept, :closed?
    assert_raises(ArgumentError) do
      KCase::Client.open(**config) { |client| (kept = client) && raise(ArgumentError) }
    end
    assert_predicate kept, :closed?
  end

  def test_open_without_a_block_gives_a_client
    client = KCase::Client.open(**config)
    assert_predicate client.cancel(id(1)), :canceled?
    client.close
  end

  def test_a_wrong_configuration_is_raised_with_the_message_of_the_library
    unknown = { "environment" => "stage", tokn: "x" }
    error = assert_raises(KCase::InvalidInput) { KCase::Client.from_config(unknown) }
    assert_equal 'config: unknown key "tokn"; did you mean "token"?', error.message
    assert_predicate error.result, :invalid?
    assert_raises(KCase::InvalidInput) { KCase::Client.new }
    assert_raises(KCase::InvalidInput) { client(timeout_ms: "soon") }
    assert_raises(KCase::InvalidInput) { client(token: "\xFF") }
    assert_raises(KCase::InvalidInput) { client(timeout_ms: Float::NAN) }
    assert_raises(KCase::InvalidInput) { client(token: "a\0b") }
  end

  def test_an_unknown_keyword_is_an_error_of_the_program
    client = self.client
    {
      "unknown keyword: :tokn; did you mean token:?" => -> { KCase::Client.new(tokn: "x") },
      "unknown keyword: :tgo" => -> { KCase::Client.open(tgo: 1) },
      "unknown keyword: :timout_ms; did you mean timeout_ms:?" => -> { client.cancel(id(1), timout_ms: 1) },
      "unknown keywords: :a, :tagg; did you mean tag:?" => -> { client.status(id(1), a: 1, tagg: "x") },
      "unknown keyword: :max_inflight" => -> { client.cancel_many([id(1)], max_inflight: 1) }
    }.each do |message, call|
      assert_equal message, assert_raises(ArgumentError, &call).message
    end
    assert_raises(ArgumentError) { client.check(timeout_ms: 1) }
    assert_equal 0, sandbox.totals[:requests]
  end

  def test_from_config
    config = { "base_url" => sandbox.url, "token" => Sandbox::TOKEN, max_attempts: 2 }
    told = []
    hook = told.method(:push)
    result = KCase::Client.from_config(config, on_result: hook) { |client| client.cancel(id(1)) }
    assert_predicate result, :canceled?
    assert_equal [result], told
    KCase::Client.from_config(config).close
  end

  def test_from_file
    Tempfile.create("kcase") do |file|
      file.write(JSON.generate(base_url: sandbox.url, token: Sandbox::TOKEN, max_connections: 1))
      file.close
      told = []
      [file.path, Pathname(file.path)].each do |path|
        KCase::Client.from_file(path, on_result: told.method(:push)) { |client| client.cancel(id(1)) }
      end
      assert_equal %i[canceled already_canceled], told.map(&:outcome)
      client = KCase::Client.from_file(file.path)
      assert_equal "#<KCase::Client #{sandbox.url}>", client.inspect
      client.close
      File.write(file.path, "{\n  7}")
      error = assert_raises(KCase::InvalidInput) { KCase::Client.from_file(file.path) }
      assert_match(/line 2/, error.message)
      File.write(file.path, JSON.generate(environment: "stage", token: "t"))
      KCase::Testing.forbid_network do
        assert_raises(KCase::NetworkForbidden) { KCase::Client.from_file(file.path) }
      end
    end
    assert_raises(KCase::InvalidInput) { KCase::Client.from_file("/nowhere/kcase.json") }
    assert_raises(KCase::InvalidInput) { KCase::Client.from_file(Dir.tmpdir) }
  end

  def test_from_env
    env = {
      "KCASE_BASE_URL" => sandbox.url, "KCASE_TOKEN" => Sandbox::TOKEN, "KCASE_TIMEOUT_MS" => "2000",
      "KCASE_ENVIRONMENT" => ""
    }
    assert_predicate KCase::Client.from_env(env) { |client| client.cancel(id(1)) }, :canceled?
    wrong = env.merge("KCASE_TIMEOUT_MS" => "soon")
    error = assert_raises(KCase::InvalidInput) { KCase::Client.from_env(wrong) }
    assert_includes error.message, "timeout_ms"
    assert_predicate KCase::Client.from_env(env, token: "other", &:check), :denied?
    assert_includes assert_raises(KCase::InvalidInput) { KCase::Client.from_env({}) }.message, "environment"
  end

  def test_a_keyword_takes_the_place_of_the_variables_that_it_excludes
    env = { "KCASE_ENVIRONMENT" => "stage", "KCASE_API_KEY" => "a", "KCASE_CLIENT_ACCESS_TOKEN" => "b" }
    given = { base_url: sandbox.url, token: Sandbox::TOKEN }
    assert_predicate KCase::Client.from_env(env, **given) { |client| client.cancel(id(1)) }, :canceled?
    there = { "KCASE_BASE_URL" => "http://127.0.0.1:1", "KCASE_TOKEN" => "x" }
    client = KCase::Client.from_env(there, environment: "stage", api_key: "a", client_access_token: "b")
    assert_equal "#<KCase::Client stage>", client.inspect
    client.close
  end

  def test_the_real_environment
    outcome, error, = ruby("KCase::Client.from_env { |client| puts client.check }",
                           env: { "KCASE_BASE_URL" => sandbox.url, "KCASE_TOKEN" => Sandbox::TOKEN })
    assert_equal ["ok: The service answers and accepts the credentials.\n", ""], [outcome, error]
  end

  def test_the_exclamation_mark_raises_anything_but_success
    client = self.client
    assert_predicate client.cancel!(id(1)), :canceled?
    assert_predicate client.cancel!(id(1)), :already_canceled?
    assert_equal :already_started, assert_raises(KCase::Refused) { client.cancel!(id(7)) }.result.reason
    assert_raises(KCase::NotFound) { client.cancel!(id(99)) }
    assert_raises(KCase::Denied) { client.cancel!(id(15)) }
    assert_raises(KCase::InvalidInput) { client.cancel!("") }
    assert_predicate client.status!(id(1)), :ok?
    assert_raises(KCase::Denied) { client.status!(id(15)) }
    assert_predicate client.check!, :ok?
    assert_raises(KCase::Denied) { self.client(token: "other").check! }
  end

  def test_odd_ids_are_never_sent
    client = self.client
    ["", ".", "a/b", "a\0b", "\0", "#{id(1)}\0", "\xFF", "x" * 257, nil].each do |odd|
      assert_predicate client.cancel(odd), :invalid?, odd.inspect
      assert_predicate client.status(odd), :invalid?, odd.inspect
    end
    assert_equal 0, sandbox.totals[:requests]
    assert_raises(TypeError) { client.cancel(1) }
    assert_raises(TypeError) { client.status(:id) }
    assert_empty client.unclaimed
  end

  def test_ids_in_other_encodings
    client = self.client
    assert_predicate client.cancel(id(1).encode("UTF-16LE")), :canceled?
    assert_predicate client.cancel(id(2).b), :canceled?
    assert_predicate client.cancel(id(3).encode("US-ASCII")), :canceled?
    assert_equal "ü", client.cancel("ü".encode("ISO-8859-1")).case_id
    text = Struct.new(:to_str).new(id(4))
    assert_predicate client.cancel(text), :canceled?
  end

  def test_wrong_options_are_values_too
    client = self.client
    assert_predicate client.cancel(id(1), timeout_ms: 0), :invalid?
    assert_predicate client.cancel(id(1), tag: "\xFF"), :invalid?
    assert_predicate client.status(id(1), tag: "a\0b"), :invalid?
    assert_equal 0, sandbox.totals[:requests]
  end

  def test_use_after_close_is_an_error_and_never_a_crash
    client = self.client
    client.cancel(id(1))
    assert_nil client.close
    assert_nil client.close
    [
      -> { client.cancel(id(1)) }, -> { client.cancel!(id(1)) },
      -> { client.status(id(1)) }, -> { client.check },
      -> { client.cancel_many([id(1)]).first }, -> { client.cancel_many([id(1)]) { |_| flunk } }
    ].each { |call| assert_equal "the client is closed", assert_raises(KCase::ClosedError, &call).message }
    assert_same client, client.interrupt
    assert_empty client.unclaimed
    assert_operator KCase::ClosedError, :<, KCase::Error
  end

  def test_closing_lets_calls_under_way_end
    sandbox.fault(kind: "slow", delay_ms: 300, on: "any")
    client = self.client
    calls = [
      -> { client.cancel(id(1)) }, -> { client.status(id(2)) }, -> { client.cancel_many([id(3)]).first }
    ]
    threads = calls.map { |call| Thread.new(&call) }
    sleep 0.1
    client.close
    assert_equal %i[canceled ok canceled], threads.map { |thread| thread.value.outcome }
  end

  def test_inspect_tells_no_secret
    client = self.client(token: "very-secret")
    assert_equal "#<KCase::Client #{sandbox.url}>", client.inspect
    client.cancel(id(1))
    refute_match(/very-secret/, Marshal.dump(client.cancel(id(1)).to_h) + client.cancel(id(1)).inspect)
    client.close
    assert_includes client.inspect, "(closed)"
  end

  def test_minted_tokens
    prefix = "5e0c6a7e-0000-4000-8000"
    keys = { api_key: "#{prefix}-00000000a911", client_access_token: "#{prefix}-0000000c11e7" }
    client = self.client(token: nil, **keys)
    assert_predicate client.check, :ok?
    assert_equal [:canceled], client.cancel_many([id(1)]).map(&:outcome)
    assert_predicate client.cancel(id(2)), :canceled?
    assert_equal 1, sandbox.totals[:auth_requests]
  end

  def test_no_more_connections_than_configured_and_waiting_counts
    sandbox.fault(kind: "slow", delay_ms: 100, on: "cancel", effect: true)
    client = self.client(max_connections: 2)
    began = now
    results = many_ids(6).map { |id| Thread.new { client.cancel(id) } }.map(&:value)
    assert_equal [:canceled], results.map(&:outcome).uniq
    assert_operator now - began, :>=, 0.29

    threads = many_ids(8).first(2).map { |id| Thread.new { client.cancel(id) } }
    sleep 0.03
    results = many_ids(4).map { |id| Thread.new { client.cancel(id, timeout_ms: 30, tag: "t") } }.map(&:value)
    threads.each(&:join)
    missed = results.select(&:not_sent?)
    refute_empty missed
    missed.each do |result|
      assert_equal :deadline, result.reason
      assert_equal "t", result.tag
      assert_predicate result, :retriable?
      assert_equal KCase::Result::MEMBERS.sort, result.to_h.keys.sort
    end
    assert_predicate client.cancel(id(1)), :canceled?
  end

  # Each costs as much as an eighth of a cancel. Where the answer is late, there are more.
  def test_a_cancel_is_one_call_of_the_library
    client = self.client
    counts = many_ids(20).map { |id| library_calls { assert_predicate client.cancel(id), :canceled? } }
    assert_equal 1, counts.min
    counts = many_ids(20).map { |id| library_calls { assert_nil client.cancel(id).reason } }
    assert_equal 2, counts.min
    assert_equal 1, Array.new(20) { library_calls { client.status(id(1)) } }.min
  end

  private

  def library_calls(&block)
    count = 0
    trace = TracePoint.new(:c_call) do |event|
      count += 1 if [event.defined_class, event.method_id] == [Fiddle::Function, :call]
    end
    trace.enable(&block)
    count
  end
end
