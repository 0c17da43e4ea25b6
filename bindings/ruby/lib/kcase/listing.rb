# frozen_string_literal: true

require_relative "errors"

module KCase
  # The cases of the service's list that were meant: what {Client#listing} gives. An Enumerator of results,
  # one for each case, whose {Result#case} is its state; they come while the rest of the list still does. It
  # is enumerated once.
  #
  # Where the list does not come to its end, the enumeration ends by the error for that, after the cases that
  # were found: that no case was left out is sure only if nothing was raised.
  class Listing < Enumerator
    # @api private
    def initialize(native)
      @native = native
      super() do |results|
        raise ClosedError, "a listing is enumerated once: listing gives another" if @has_begun

        @has_begun = true
        native.each { |result| results << result }
        raise result unless result.success?
      end
    end

    # What is known of the list as a whole: {Result#listing} says how many cases it had, and how many were
    # meant. nil before its end.
    # @return [Result, nil]
    def result
      @native.result
    end

    # @return [String]
    def inspect
      "#<#{self.class}#{" #{result.outcome}" if result}>"
    end
  end
end
