# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # Works on one of the library's batches from its beginning to its end, and gives its results: what a {Batch}
  # enumerates.
  # @api private
  class BatchRun
    # The block is told of the beginning, by 1, and of the end, by -1.
    def initialize(client, native, &under_way)
      @client = client
      @native = native
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
        @native.create
        work(&block)
      rescue Exception => e # rubocop:disable Lint/RescueException
        @client.keep_unclaimed(@native, e)
        raise
      ensure
        finish
      end
    end

    private

    # Gives what is left of the batch; of one that {Client#resume} made, all of it.
    def work(&block)
      until @native.pending.zero?
        found = @native.work
        yield_result(&block) if found
      end
    end

    def yield_result
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
