# frozen_string_literal: true

require_relative "errors"

module KCase
  # Many cases, canceled side by side: what {Client#cancel_many} gives. An Enumerator of results, in the order
  # in which they are found out. Nothing happens until it is enumerated, and it is enumerated once: a second
  # time would cancel the cases anew. Under a Fiber scheduler, other fibers run meanwhile; but not while #next
  # or #peek wait, which Ruby runs on a fiber that blocks.
  #
  # @example
  #   batch = client.cancel_many(ids)
  #   batch.lazy.reject(&:success?).each { |result| warn result }
  #   batch.stats[:outcomes]  # => {:canceled=>2}
  #   batch.first             # raises KCase::ClosedError
  class Batch < Enumerator
    # @param size [Integer, nil] how many cases there are, if that is known
    # @param run what gives the results (+each+), says how far it is (+stats+), and can be interrupted
    # @api private
    def initialize(size, run)
      @run = run
      super(size) do |results|
        raise ClosedError, "a batch is enumerated once: cancel_many gives another" if @has_begun

        @has_begun = true
        run.each { |result| results << result }
      end
    end

    # How far the enumeration is: +:added+, +:waiting+, +:in_flight+, +:ready+, +:fetched+, +:outcomes+,
    # +:requests+, +:retries+, +:readings+, +:slowdowns+, +:connections+, +:http_version+, +:rate_limit+,
    # +:cases_per_second+, +:elapsed_ms+, +:eta_ms+. Empty before it begins.
    # @return [Hash{Symbol => Object}]
    def stats
      @run.stats
    end

    # Ends every case that is under way; their results, with what is then known, are still given. May be
    # called from any thread and from a trap handler.
    # @return [self]
    def interrupt
      @run.interrupt
      self
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{size || "?"} cases>"
    end
  end
end
