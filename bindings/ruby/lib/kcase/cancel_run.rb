# frozen_string_literal: true

require_relative "batch_run"
require_relative "case_source"

module KCase
  # Cancels the cases of a source side by side.
  # @api private
  class CancelRun < BatchRun
    def initialize(client, cases, max_in_flight:, http2:, &under_way)
      # No more are pending than are being worked on.
      options = { max_in_flight: max_in_flight, max_pending: max_in_flight, http2: http2 }
      super(client, NativeBatch.new(client, options), &under_way)
      @cases = cases
      @json = Native.json(cases.options)
      @in_flight_max = max_in_flight
      @pending = 0
    end

    private

    # Takes an id only when there is room to work on its case now. An item that is no case ends the taking:
    # what is under way is finished before the error is raised.
    def work(&block)
      begin
        @cases.each { |case_id, options| add(case_id, options, &block) }
      rescue CaseSource::NoCase => e
        wrong = e
      end
      wait_for_one(&block) while @pending.positive?
      raise wrong if wrong
    end

    def add(case_id, options, &block)
      json = options ? Native.json(options) : @json
      wait_for_one(&block) while @pending == @in_flight_max
      until (added = @native.add(case_id, json)) == Native::BATCH_ADDED
        raise ClosedError, "a batch belongs to the process that began it" if added == Native::BATCH_CLOSED

        wait_for_one(&block) # The machine lacks memory for one more.
      end
      @pending += 1
      yield_result(&block) while @native.poll
    end

    def wait_for_one(&block)
      @native.wait_for_result
      yield_result(&block)
    end

    def yield_result
      @pending -= 1
      super
    end
  end
  private_constant :CancelRun
end
