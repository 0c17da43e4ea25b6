# frozen_string_literal: true

require_relative "network_guard"
require_relative "testing/fake_client"
require_relative "testing/results"
require_relative "testing/sandbox"
require_relative "version"

module KCase
  # For the tests of programs that use kcase: +require "kcase/testing"+. It needs no library, so that such
  # tests run where there is none for the machine.
  #
  # - {Testing.result}: a result as the library makes it, by outcome and reason.
  # - {FakeClient}: a client that sends nothing, and keeps a ledger of what it was asked.
  # - {Sandbox}: the simulated service, for tests of the real client.
  # - {Testing.forbid_network}: no client that could reach another machine is made.
  # - +require "kcase/testing/minitest"+: all of these in Minitest.
  module Testing
    class << self
      # A result with all members that one of the library's has, and the flags that go with the outcome and
      # its reason.
      #
      # @param outcome [Symbol] one of the library's
      # @param reason [Symbol, nil] by default, the usual one
      # @param members [Hash] any of {Result::MEMBERS} in place of what usually goes with them
      # @return [Result]
      # @raise [ArgumentError] for an outcome, or a member, that there is not
      #
      # @example
      #   result = KCase::Testing.result(:refused, reason: :unable, case_id: "row 7")
      #   [result.settled?, result.retriable?, result.http_status]  # => [false, false, 422]
      def result(outcome, reason: nil, **members)
        Results.make(outcome, reason, members)
      end

      # From now on, or while a block runs, a client that could reach another machine is not made: making it
      # raises {NetworkForbidden}. Allowed are addresses of loopback, as the {Sandbox} has. The same does the
      # variable +KCASE_FORBID_NETWORK+ of the environment, if it is neither empty nor "0".
      #
      # What watches Ruby's sockets (WebMock and others) does not see the requests of a C library.
      #
      # @return [Object] the block's value
      # @see .allow_network
      #
      # @example
      #   KCase::Testing.forbid_network do
      #     KCase::Client.new(environment: "production", token: "secret")  # raises KCase::NetworkForbidden
      #   end
      def forbid_network(&block)
        NetworkGuard.forbid(&block)
      end

      # Ends what one {.forbid_network} without a block began.
      # @return [nil]
      def allow_network
        NetworkGuard.allow
        nil
      end
    end
  end
end
