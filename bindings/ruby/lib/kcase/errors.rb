# frozen_string_literal: true

module KCase
  # The root of everything that this gem raises about a call. Errors are values by default: only the methods
  # with an exclamation mark raise what a call found out, and a configuration that is wrong raises
  # {InvalidInput}.
  #
  # @example
  #   begin
  #     client.cancel!("00000000-0000-4000-8000-000000000007")
  #   rescue KCase::Refused => e
  #     e.result.reason  # => :already_started
  #   end
  class Error < StandardError
    # @return [Result, nil] what the call found out; nil where there was no call
    attr_reader :result

    # @param message [String, nil] by default, the result's
    # @param result [Result, nil]
    def initialize(message = nil, result: nil)
      @result = result
      super(message || (result && Error.describe(result)))
    end

    # @return [Boolean] whether the same call may well succeed later
    def retriable?
      result ? result.retriable? : false
    end

    # @api private
    def self.describe(result)
      result.case_id ? "case #{result.case_id}: #{result.message}" : result.message
    end

    # @api private
    def self.for(result)
      BY_OUTCOME.fetch(result.outcome, Unknown).new(result: result)
    end
  end

  # The service refuses for the case's state; +result.reason+ is +:already_started+, +:unable+ or +:other+.
  # Unless +result.settled?+, calling again may find otherwise.
  class Refused < Error; end

  # The service itself answered, and knows no such case for these credentials.
  class NotFound < Error; end

  # The credentials are missing, wrong, revoked, or not for this case: the service's own word.
  class Denied < Error; end

  # The server answered with an error, or somebody between did; no request of the call canceled the case.
  class Failed < Error; end

  # No cancel request left this machine: nothing changed.
  class NotSent < Error; end

  # The case may or may not be canceled. Calling again is safe.
  class Unknown < Error; end

  # The input or the configuration is wrong; nothing was sent. The message names the key and the rule.
  class InvalidInput < Error; end

  # The client was used after it was closed, a batch a second time, or in a process that did not make it.
  class ClosedError < Error; end

  # A client was to be made that could reach another machine, where that is forbidden: see
  # {Testing.forbid_network}.
  class NetworkForbidden < Error; end

  # Which class stands for which outcome; for one that a later library adds: {Unknown}.
  # @api private
  BY_OUTCOME = {
    refused: Refused, not_found: NotFound, denied: Denied, failed: Failed, not_sent: NotSent,
    unknown: Unknown, invalid: InvalidInput
  }.freeze
  private_constant :BY_OUTCOME

  # Extends an exception that interrupts a cancel from outside (Ctrl-C, Thread#raise, an exception in the
  # block of {Client#cancel_many}): it then has the unclaimed results of the cases that were under way.
  #
  # +Timeout.timeout+ raises another exception than the one that interrupted the call; and for +break+ and
  # +Thread#kill+ there is none. {Client#unclaimed} has the results in every case.
  #
  # @example
  #   begin
  #     client.cancel(id)
  #   rescue Interrupt => e
  #     e.results.each { |result| journal(result) } if e.is_a?(KCase::BrokenOff)
  #     raise
  #   end
  module BrokenOff
    # @return [Array<Result>] one for each case that was under way
    attr_reader :results

    # @api private
    def self.attach(error, results)
      return if results.empty? || error.frozen?

      error.extend(self)
      error.instance_variable_set(:@results, [*error.results, *results].freeze)
    end
  end
end
