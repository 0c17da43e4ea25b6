# frozen_string_literal: true

require_relative "case_source"
require_relative "native_batch"

module KCase
  # Cancels the cases of a source side by side, in one of the library's batches, and gives their results.
  # @api private
  class BatchRun
    # The block is told of the beginning, by 1, and of the end, by -1.
    def initialize(client, cases, max_in_flight:, http2:, &under_way)
      @client = client
      @cases = cases
      @json = Native.json(cases.options)
      @in_flight_max = max_in_flight
      # No more are pending than are being worked on.
      @native = NativeBatch.new(
        client, { max_in_flight: max_in_flight, max_pending: max_in_flight, http2: http2 }
      )
      @under_way = under_way
      @last_stats = {}
    end

    # Empty before it begins.
    def stats
      @is_running ? @native.stats : @last_stats
    end

    def interrupt
      @native.interrupt
    end

    def each(&block)
      @client.check_open
      @is_running = true
      @under_way.call(1)
      begin
        work(&block)
      rescue Exception => e # rubocop:disable Lint/RescueException
        @client.keep_unclaimed(@native, e)
        raise
      ensure
        finish
      end
    end

    private

    # Takes an id only when there is room to work on its case now. An item that is no case ends the taking:
    # what is under way is finished before the error is raised.
    def work(&block)
      @native.create
      @pending = 0
      begin
        @cases.each { |case_id, options| add(case_id, options, &block) }
      rescue CaseSource::NoCase => e
        wrong = e
      end
      yield_next(&block) while @pending.positive?
      raise wrong if wrong
    end

    def add(case_id, options, &block)
      yield_next(&block) while @pending == @in_flight_max
      @native.add(case_id, options ? Native.json(options) : @json) ||
        raise(ClosedError, "a batch belongs to the process that began it")
      @pending += 1
      yield_result(&block) while @native.poll
    end

    def yield_next(&block)
      @native.wait_for_result
      yield_result(&block)
    end

    def yield_result
      @pending -= 1
      yield @native.take
    end

    def finish
      Thread.handle_interrupt(Object => :never) do
        @client.keep_unclaimed(@native, nil)
        @last_stats = @native.stats
        @is_running = false
        @native.free
        @under_way.call(-1)
      end
    end
  end
  private_constant :BatchRun
end
