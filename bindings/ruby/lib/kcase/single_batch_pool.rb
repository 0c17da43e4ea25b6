# frozen_string_literal: true

require_relative "deadline"
require_relative "single_batch"

module KCase
  # The batches with which a client makes single cancels: as many as it may have connections. Further callers
  # wait.
  #
  # A caller takes a batch from the list, uses it alone and puts it back, so that the calls of one thread go
  # over one kept connection. Taking and putting back are single calls into C, directly before and after the
  # code that protects the batch: no interrupt can come between. (For this, a caller that got no batch puts
  # back nil, which is then removed.)
  # @api private
  class SingleBatchPool
    # A caller that waits checks this often for a free batch, in case it missed the signal.
    CHECK_INTERVAL_SECONDS = 0.1

    # The block is called when a cancel ends while something waits for cancels to end.
    def initialize(client, &after_cancel)
      @client = client
      @after_cancel = after_cancel
      @mutex = Mutex.new
      @freed = ConditionVariable.new
      @process = nil
      fill
    end

    # All in one method when a batch is free: each further call of a Ruby method would cost measurable time.
    # rubocop:disable Lint/RescueException, Metrics/CyclomaticComplexity, Metrics/PerceivedComplexity
    def cancel(case_id, options)
      json = options.empty? ? nil : Native.json(options)
      batch = @idle.pop
      begin
        begin
          return cancel_later(case_id, options) unless batch

          result = batch.cancel(case_id, json)
        rescue Exception => e
          @client.keep_unclaimed(batch, e) if batch
          raise
        ensure
          @client.keep_unclaimed(batch, nil) if batch && !result
        end
      ensure
        @idle.push(batch)
        signal_return if @client.waiters.positive? || batch.nil?
      end
    end
    # rubocop:enable Lint/RescueException, Metrics/CyclomaticComplexity, Metrics/PerceivedComplexity

    # Whether any cancel is under way.
    def busy?
      @idle.count { |batch| batch } < @client.connections_max
    end

    # Batches in use are freed when they are put back.
    def close
      @client.waiters += 1
      free_idle
    end

    # Makes all batches anew in a child process, which lacks those that its parent was using.
    def fill
      return if @process == Process.pid

      @process = Process.pid
      @idle = Array.new(@client.connections_max) { SingleBatch.new(@client) }
    end

    private

    # Waits for a free batch. Another caller may take it first: then this waits once more, in the time that is
    # left.
    def cancel_later(case_id, options)
      deadline = Deadline.new(@client, options)
      wait_for_idle(deadline) ? cancel(case_id, deadline.options_left) : deadline.expired(case_id)
    end

    # Waits until a batch is free; false when the call's time is up.
    def wait_for_idle(deadline)
      @mutex.synchronize do
        @client.waiters += 1
        begin
          fill
          until @idle.any?
            @client.check_open
            return false unless deadline.seconds_left.positive?

            @freed.wait(@mutex, [deadline.seconds_left, CHECK_INTERVAL_SECONDS].min)
          end
        ensure
          @client.waiters -= 1
        end
      end
      true
    end

    # Signals to a caller that waits that a batch was put back.
    def signal_return
      @idle.delete(nil)
      free_idle if @client.closed?
      @after_cancel.call
      @mutex.synchronize { @freed.signal }
    end

    def free_idle
      @idle.shift(@idle.size).each { |batch| batch&.free }
    end
  end
end
