# frozen_string_literal: true

require_relative "native"

module KCase
  # A call about a case, which is made alone or in a batch.
  # @api private
  class CallKind
    # Its name, for those who are told of results.
    attr_reader :operation

    # The functions that make it alone, and that add it to a batch.
    attr_reader :taker, :adder

    def initialize(operation, taker, adder, is_reading: false)
      @operation = operation
      @taker = taker
      @adder = adder
      @is_reading = is_reading
    end

    # What only reads: its result is of no use to anybody but its caller.
    def reading?
      @is_reading
    end

    CANCEL = new(:cancel, Native::CANCEL_TAKE, Native::BATCH_ADD)
    STATUS = new(:status, Native::STATUS_TAKE, Native::BATCH_ADD_STATUS, is_reading: true)
    AWAIT = new(:await, Native::AWAIT_TAKE, Native::BATCH_ADD_AWAIT, is_reading: true)
    # The library adds the cases itself.
    RESUME = new(:resume, nil, nil)
  end
  private_constant :CallKind
end
