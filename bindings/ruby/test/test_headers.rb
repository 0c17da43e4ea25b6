# frozen_string_literal: true

require_relative "helper"
require "socket"

# headers: with each request about the case, whatever the operation.
class HeadersTest < SandboxTest
  CASE = "11111111-1111-4111-8111-111111111111"
  HEADERS = { "TraceParent" => "00-a-b-01", tracestate: "k=v, l=w", "x-request-id" => "r 1" }.freeze
  SENT = ["traceparent: 00-a-b-01", "tracestate: k=v, l=w", "x-request-id: r 1"].freeze

  # Keeps the trace headers of each request. Every case that is read is canceled.
  class Recorder
    READ = %({"id": "#{CASE}", "caseStatus": "Pending", "secondaryStatus": "Canceled"})

    def initialize
      @seen = Queue.new
      @listener = TCPServer.new("127.0.0.1", 0)
      @thread = Thread.new { loop { Thread.new(@listener.accept) { |peer| serve(peer) } } }
      @thread.report_on_exception = false
    end

    def url
      "http://127.0.0.1:#{@listener.addr[1]}"
    end

    def take
      Array.new(@seen.size) { @seen.pop }
    end

    def close
      @thread.kill.join
      @listener.close
    end

    private

    def serve(peer)
      while (line = peer.gets)
        head = peer.gets("\r\n\r\n").split("\r\n")
        length = head.grep(/\Acontent-length:/i).sum { |one| one[/\d+/].to_i }
        peer.read(length)
        @seen << head.grep(/\A(trace|x-req)/i)
        body = line.start_with?("GET /case/list") ? '{"cases": []}' : READ
        peer.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" \
                   "Content-Length: #{body.bytesize}\r\n\r\n#{body}")
      end
    rescue SystemCallError
      nil # The client is gone.
    ensure
      peer.close
    end
  end

  def setup
    super
    @server = Recorder.new
    @client = KCase::Client.new(base_url: @server.url, token: "t", timeout_ms: 300, settle_ms: 1)
  end

  def teardown
    @client.close
    @server.close
    super
  end

  OPERATIONS = {
    cancel: [CASE], status: [CASE], await: [CASE, { until: "canceled" }], list: [], listing: [],
    cancel_found: [{ api_tracking_code: "x" }], cancel_services: [CASE, ["s"]], cancel_search: [CASE, "s"],
    cancel_many: [[CASE]]
  }.freeze

  OPERATIONS.each do |name, arguments|
    define_method("test_#{name}_sends_them") do
      assert_empty call(name, arguments).flatten
      sent = call(name, arguments, headers: HEADERS)
      refute_empty sent
      sent.each { |lines| assert_equal SENT, lines }
    end
  end

  def test_a_case_of_many_has_its_own
    @client.cancel_many([[CASE, { headers: { tracestate: "a" } }]], headers: HEADERS).to_a
    assert_equal [["tracestate: a"]], @server.take
  end

  BAD = [
    { authorization: "s3cret" }, { tracestate: "s3cret\r\nHost: evil" }, { tracestate: " s3cret" },
    { tracestate: "s3cret\xFF" }, { tracestate: "s3crét" }, { tracestate: "s" * 513 }, { tracestate: "" },
    { tracestate: nil }, { tracestate: 7 }, { "tracestate" => "s3cret", TraceState: "b" }, ["s3cret"],
    "s3cret"
  ].freeze

  def test_what_is_not_valid_is_sent_nowhere
    BAD.each do |headers|
      result = @client.cancel(CASE, headers: headers)
      assert_predicate result, :invalid?, headers.inspect
      refute_includes result.to_json, "s3cret"
      assert_predicate @client.list(headers: headers), :invalid?
    end
    assert_empty @server.take
  end

  def test_the_fake_client_takes_them
    client = KCase::Testing::FakeClient.new
    assert_predicate client.cancel(CASE, headers: HEADERS), :canceled?
    assert_predicate client.status(CASE, headers: HEADERS), :ok?
    assert_equal 1, client.cancel_many(["b"], headers: HEADERS).count
  end

  private

  # The trace headers of each request that the operation sends.
  def call(name, arguments, **more)
    *positional, last = arguments
    last.is_a?(Hash) ? more = last.merge(more) : positional = arguments
    result = @client.public_send(name, *positional, **more)
    result.to_a if result.is_a?(Enumerator)
    @server.take
  end
end
