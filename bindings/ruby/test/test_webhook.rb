# frozen_string_literal: true

require_relative "helper"
require "openssl"

# Messages that the service posts to the host.
class WebhookTest < Minitest::Test
  KEY = "k" * 32
  SECRET = "whsec_#{[KEY].pack("m0")}"
  ID = "00000000-0000-4000-8000-000000000014"
  BODY = JSON.generate(type: "case.updated", data: { id: ID, secondaryStatus: "Canceled" })

  def headers(body = BODY, at: Time.now.to_i)
    signature = [OpenSSL::HMAC.digest("SHA256", KEY, "msg_1.#{at}.#{body}")].pack("m0")
    { "Webhook-Id" => "msg_1", "webhook-timestamp" => at.to_s, "webhook-signature" => "v1,#{signature}" }
  end

  def parse(body, headers, **given)
    KCase::Webhook.parse(body, headers, **given)
  end

  def test_a_genuine_message
    result = parse(BODY, headers, signing_secrets: [SECRET], tag: "t")
    assert_equal [:ok, "t"], [result.outcome, result.tag], result.inspect
    assert_equal "msg_1", result.event[:id]
    assert_equal %i[case_id id means_canceled state timestamp type], result.event.keys.sort
    assert_predicate result.event, :frozen?
  end

  def test_one_that_is_not
    at = Time.now.to_i
    assert_equal :signature, parse("#{BODY} ", headers, signing_secrets: [SECRET]).reason
    assert_equal :timestamp, parse(BODY, headers(at: at - 3_600), signing_secrets: [SECRET]).reason
    late = parse(BODY, headers(at: at - 3_600), signing_secrets: [SECRET], received_at: at - 3_599)
    assert_predicate late, :ok?
    denied = parse(BODY, {}, username: "u", password: "secret-word")
    assert_equal %i[denied credentials], [denied.outcome, denied.reason]
    refute_includes denied.to_json, "secret-word"
    basic = { "Authorization" => "Basic #{["u:p"].pack("m0")}" }
    assert_predicate parse(BODY, basic, username: "u", password: "p"), :ok?
  end

  # Rack has headers beside much else.
  def test_rack_s_environment
    env = headers.transform_keys { |name| "HTTP_#{name.upcase.tr("-", "_")}" }
    env.update("REQUEST_METHOD" => "POST", "rack.input" => StringIO.new, "PATH_INFO" => "/")
    assert_predicate parse(BODY, env, signing_secrets: [SECRET]), :ok?
  end

  def test_wrong_input
    assert_predicate parse(BODY, headers), :invalid?
    assert_predicate parse(BODY, headers, signing_secrets: []), :invalid?
    assert_predicate parse("\0{}", headers("\0{}"), signing_secrets: [SECRET]), :settled?
    assert_raises(ArgumentError) { parse(BODY, headers, signing_secret: SECRET) }
    assert_raises(TypeError) { parse(nil, headers, signing_secrets: [SECRET]) }
  end
end
