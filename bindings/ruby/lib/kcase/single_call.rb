# frozen_string_literal: true

require_relative "cell"
require_relative "native_batch"
require_relative "result_slot"

module KCase
  # Calls that a thread makes alone, one after another: a function of the library begins a call and waits for
  # a slice of time, in which most are over. What is not over then goes on in a batch of one, in further
  # slices.
  # @api private
  class SingleCall < NativeBatch
    NO_OPTIONS = {}.freeze
    private_constant :NO_OPTIONS

    def initialize(client)
      super(client, NO_OPTIONS)
      @rest = Cell.new
      @rest_address = @rest.address
      @slot = ResultSlot.new
      @slot_address = @slot.address
    end

    # Makes a call. If it is interrupted, #finish gives the result that is then known. The result is also kept
    # here until the next call, so that it is not lost while it is returned.
    def perform(kind, case_id, options)
      @client.keep_unclaimed(self, nil) if @batch
      @slot.release
      @told = false
      @kind = kind
      case_id = Native.text(case_id) unless Native.plain?(case_id)
      address = @client.address
      @client.check_open if address.zero?
      number = kind.taker.call(address, case_id, options, SLICE_MS, @rest_address, @slot_address)
      return wait_for_rest if number == Native::PENDING

      result = Result.new(@slot.keep, Native::OUTCOMES[number] || :unknown)
      tell(result) if @listeners
      result
    end

    # If the end of an interrupted call is interrupted, too, the next call ends it.
    def finish(*lists)
      adopt_rest
      super
      free unless pending.positive?
    end

    # Frees the batch in which a call went on.
    def free
      @address = 0
      batch = @batch
      @batch = nil
      Native.free(batch, Native::BATCH_FREE) if batch
    end

    private

    def wait_for_rest
      adopt_rest
      wait_for_result
      result = self.result
      free
      result
    end

    # Takes over the batch in which the call goes on, if it does. As in {ResultSlot}, it is owned last.
    def adopt_rest
      address = @rest.value
      unless address.zero?
        @batch = Fiddle::Pointer.new(address)
        @address = address
        @rest.clear
      end
      @batch.free = Native::BATCH_FREE.to_i if @batch
    end
  end
  private_constant :SingleCall
end
