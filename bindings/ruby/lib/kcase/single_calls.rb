# frozen_string_literal: true

require_relative "single_batch"
require_relative "single_call"

module KCase
  # The single calls of a client, and what it keeps for them: a {SingleCall} for each that is under way on a
  # thread, and a {SingleBatch} for each under a Fiber scheduler. Those that are idle are kept.
  #
  # A caller takes one from the list, uses it alone and puts it back. Taking and putting back are single calls
  # into C, directly before and after the code that protects it: no interrupt can come between.
  #
  # Each batch has a connection of its own. So there are as many of those as the client may have connections,
  # and further fibers wait.
  # @api private
  class SingleCalls
    def initialize(client, connections_max)
      @client = client
      @connections_max = connections_max
      @idle = []
      @process = Process.pid
    end

    # Makes a call. It is all in one method, since each further one would cost measurable time.
    # @param kind [CallKind]
    def perform(kind, case_id, options)
      @client.renew_after_fork
      idle = NativeBatch.scheduled? ? idle_for_fibers : @idle
      call = idle.pop || SingleCall.new(@client)
      begin
        @client.users += 1
        begin
          result = call.perform(kind, case_id, options)
        rescue Exception => e # rubocop:disable Lint/RescueException
          @client.keep_unclaimed(call, e)
          raise
        ensure
          @client.keep_unclaimed(call, nil) unless result
        end
      ensure
        idle.push(call)
        @client.users -= 1
        end_use if @client.address.zero?
      end
    end

    # Frees those that are idle. What was in use is freed when it is put back.
    def free
      @idle.clear
      @idle_for_fibers&.size&.times do
        batch = @idle_for_fibers.pop
        batch.free
        @idle_for_fibers.push(batch)
      end
    end

    private

    # The client was closed meanwhile.
    def end_use
      @client.free_unused
      free
    end

    # In a child process, those of its parent are not idle for ever, nor of any use.
    def idle_for_fibers
      if @process != Process.pid
        @process = Process.pid
        @idle_for_fibers = nil
      end
      @idle_for_fibers ||= Queue.new.tap do |queue|
        @connections_max.times { queue << SingleBatch.new(@client) }
      end
    end
  end
  private_constant :SingleCalls
end
