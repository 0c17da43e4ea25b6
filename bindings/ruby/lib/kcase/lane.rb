# frozen_string_literal: true

require_relative "wire"

module KCase
  # A wire for single calls: a connection that is kept, on which cases are canceled one after another.
  # @api private
  class Lane < Wire
    OPTIONS = { max_in_flight: 1, max_pending: 1, http2: false }.freeze

    def initialize(client)
      super(client, OPTIONS)
    end

    # Cancels a case. If it is broken off, #settle tells what is known. The result stays here until the next call, lest
    # it be lost on its way.
    def cancel(case_id, options)
      @catch&.release
      add(case_id, options)
      await
      result
    end
  end
end
