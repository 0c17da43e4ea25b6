# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # A batch of one, for single calls: it works on one after another, over the client's own connections.
  # @api private
  class SingleBatch < NativeBatch
    OPTIONS = { max_in_flight: 1, max_pending: 1, http2: false }.freeze

    def initialize(client)
      super(client, OPTIONS)
    end

    # Makes a call. If it is interrupted, #finish gives the result that is then known. The result is also kept
    # here until the next call, so that it is not lost while it is returned.
    # @param adder [Fiddle::Function] adds the case
    # @param scheduled [Boolean] whether the calling fiber must not block its thread
    def perform(adder, case_id, options, scheduled)
      @slot&.release
      @adder = adder
      add(case_id, options) == Native::BATCH_ADDED || add_after_all(case_id, options)
      wait_for_result(scheduled)
      result
    end

    private

    # The first time, and in a child process, there is no batch yet that takes a case. And where the end of an
    # interrupted call was interrupted, too, its case is still in the batch: its result is unclaimed.
    def add_after_all(case_id, options)
      @batch && pending.positive? ? @client.keep_unclaimed(self, nil) : create
      add(case_id, options) == Native::BATCH_ADDED || create.add(case_id, options)
    end
  end
  private_constant :SingleBatch
end
