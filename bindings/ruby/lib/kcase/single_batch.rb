# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # A batch of one, in which a fiber makes one call after another while others run. It has a descriptor to
  # wait on, and for that a connection of its own.
  # @api private
  class SingleBatch < NativeBatch
    OPTIONS = { max_in_flight: 1, max_pending: 1, http2: false }.freeze

    def initialize(client)
      super(client, OPTIONS)
    end

    # (see SingleCall#perform)
    def perform(kind, case_id, options)
      @slot&.release
      @kind = kind
      add(case_id, options) == Native::BATCH_ADDED || add_after_all(case_id, options)
      wait_for_result
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
