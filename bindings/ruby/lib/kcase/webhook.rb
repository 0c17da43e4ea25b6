# frozen_string_literal: true

require_relative "call_options"
require_relative "native"
require_relative "result"
require_relative "result_handle"

module KCase
  # Messages that the service posts to the host.
  module Webhook
    SECRETS = %i[signing_secrets username password].freeze
    OPTIONS = %i[tolerance_s received_at tag].freeze
    private_constant :SECRETS, :OPTIONS

    # Finds out whether a message is genuine, and what it says. Sends nothing. Messages come late, twice and
    # in any order: keep +event[:id]+ to know one again, and read the case for its present state.
    #
    # Of the secrets, everything that is given is demanded.
    #
    # @param body [String] the request's body, byte by byte as it came
    # @param headers [Hash] the request's headers by name; or Rack's environment
    # @param given [Hash]
    # @option given [Array<String>] :signing_secrets "whsec_...": the message has a signature by one of them
    # @option given [String] :username
    # @option given [String] :password
    # @option given [Integer] :tolerance_s (300) seconds between the message's time and when it was received
    # @option given [Integer] :received_at that time, in seconds since 1970, if the message waited in a queue
    # @option given [String] :tag
    # @return [Result] {Result#ok?}: it is genuine, and {Result#event} is what it says. {Result#denied?}: it
    #   is not proven to be; reasons +:signature+, +:timestamp+, +:credentials+
    # @raise [ArgumentError] for a keyword that is not one
    #
    # @example
    #   secret = "whsec_#{["k" * 32].pack("m0")}"
    #   KCase::Webhook.parse("{}", {}, signing_secrets: [secret]).outcome  # => :denied
    def self.parse(body, headers, **given)
      CallOptions.check(given, SECRETS + OPTIONS)
      secrets, options = [SECRETS, OPTIONS].map { |names| given.slice(*names).compact }
      body = String.try_convert(body)&.b || raise(TypeError, "a body is a String, not a #{body.class}")
      found = Native::WEBHOOK_PARSE.call(
        body, body.bytesize, object(named(headers)), object(secrets), Native.json(options)
      )
      Result.new(ResultHandle.own(found))
    end

    # JSON, also of nothing.
    def self.object(members)
      Native.json(members) || Native.text("{}")
    end
    private_class_method :object

    # Rack has headers beside much else, as HTTP_WEBHOOK_ID.
    def self.named(headers)
      return headers.to_h unless headers.to_h.key?("REQUEST_METHOD")

      found = headers.select { |name, _| name.start_with?("HTTP_") }
      found.transform_keys { |name| name.delete_prefix("HTTP_").tr("_", "-") }
    end
    private_class_method :named
  end
end
