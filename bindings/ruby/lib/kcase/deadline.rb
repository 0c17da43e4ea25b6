# frozen_string_literal: true

require_relative "result"

module KCase
  # How long a call may still take, while it waits for a batch of the pool or is repeated: as in the library,
  # its timeout counts from the beginning.
  # @api private
  class Deadline
    def self.now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    def initialize(client, options)
      @began = Deadline.now
      @options = options
      given = options[:timeout_ms]
      # What is out of range is refused later, by the library.
      @timeout_ms = given.is_a?(Integer) && given.positive? ? given : client.timeout_ms
      @is_refused_later = !given.nil? && given != @timeout_ms
    end

    def seconds_left
      (@timeout_ms / 1000.0) - elapsed
    end

    # The options of the call, with the time that is left as its timeout.
    def options_left
      return @options if @is_refused_later

      @options.merge(timeout_ms: [(seconds_left * 1000).ceil, 1].max)
    end

    # The result of a call that was not begun in time.
    def expired(case_id)
      Result.of(
        case_id: case_id, outcome: :not_sent, settled: false, retriable: true, http_status: nil,
        reason: :deadline, message: "The time was up before a connection was free.", error: nil,
        evidence: :none, environment: nil, tag: @options[:tag], elapsed_ms: (elapsed * 1000).round,
        attempts: [], case: nil
      )
    end

    private

    def elapsed
      Deadline.now - @began
    end
  end
end
