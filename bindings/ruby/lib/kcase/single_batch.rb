# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # A batch for single calls: it keeps one connection, over which it cancels one case after another.
  # @api private
  class SingleBatch < NativeBatch
    OPTIONS = { max_in_flight: 1, max_pending: 1, http2: false }.freeze

    def initialize(client)
      super(client, OPTIONS)
    end

    # Cancels a case. If it is interrupted, #finish gives the result that is then known. The result is also
    # kept here until the next call, so that it is not lost while it is returned.
    def cancel(case_id, options)
      @fetcher&.release
      add(case_id, options)
      wait_for_result
      result
    end
  end
end
