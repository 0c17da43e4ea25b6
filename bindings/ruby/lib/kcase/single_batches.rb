# frozen_string_literal: true

require_relative "single_batch"

module KCase
  # The batches with which a client makes single calls: one for each that is under way. Those that are idle
  # are kept; they hold no connection.
  #
  # A caller takes a batch from the list, uses it alone and puts it back. Taking and putting back are single
  # calls into C, directly before and after the code that protects the batch: no interrupt can come between.
  #
  # Under a Fiber scheduler a batch needs a descriptor, and has a connection of its own for that. So there are
  # as many of those as the client may have connections, and further fibers wait.
  # @api private
  class SingleBatches
    def initialize(client, connections_max)
      @client = client
      @connections_max = connections_max
      @idle = []
      renew
    end

    # Makes a call. It is all in one method, since each further one would cost measurable time.
    # @param adder (see SingleBatch#perform)
    def perform(adder, case_id, options)
      scheduled = NativeBatch.scheduled?
      idle = scheduled ? idle_for_fibers : @idle
      batch = idle.pop || SingleBatch.new(@client)
      begin
        @under_way += 1
        begin
          result = batch.perform(adder, case_id, options, scheduled)
        rescue Exception => e # rubocop:disable Lint/RescueException
          @client.keep_unclaimed(batch, e)
          raise
        ensure
          @client.keep_unclaimed(batch, nil) unless result
        end
      ensure
        idle.push(batch)
        @under_way -= 1
        free if @client.closed?
      end
    end

    # Whether any call is under way.
    def busy?
      renew if @process != Process.pid
      @under_way.positive?
    end

    # Frees those that are idle. What was in use is freed when it is put back.
    def free
      @idle.shift(@idle.size).each(&:free)
      @idle_for_fibers&.size&.times do
        batch = @idle_for_fibers.pop
        batch.free
        @idle_for_fibers.push(batch)
      end
    end

    private

    # In a child process, nothing is under way of what was in its parent.
    def renew
      @process = Process.pid
      @under_way = 0
      @idle_for_fibers = nil
    end

    def idle_for_fibers
      renew if @process != Process.pid
      @idle_for_fibers ||= Queue.new.tap do |queue|
        @connections_max.times { queue << SingleBatch.new(@client) }
      end
    end
  end
  private_constant :SingleBatches
end
