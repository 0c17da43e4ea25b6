# frozen_string_literal: true

require_relative "deadline"
require_relative "native_client"

module KCase
  # A client's calls that only read: status and check. The library has no descriptor for those, and fiddle
  # cannot interrupt a call into C. So each is made on a thread of its own, and the caller waits for that
  # thread: meanwhile Ruby can be interrupted and other fibers run.
  #
  # A reading whose caller was interrupted is abandoned. The library can only end all calls of a client at
  # once, so this waits until no cancel is under way. Other readings that are ended with it are repeated,
  # which changes nothing.
  # @api private
  class Readings
    # How often, and at most how many times, readings are ended that had not begun when the others were.
    RETRY_INTERVAL_SECONDS = 0.005
    RETRIES_MAX = 20

    # The block says whether a cancel is under way.
    def initialize(client, &is_canceling)
      @client = client
      @is_canceling = is_canceling
      @under_way = 0
      @abandoned = []
    end

    def status(case_id, options)
      case_id = Native.text(case_id) unless case_id.nil?
      deadline = Deadline.new(@client, options)
      read(deadline) do |address, again|
        json = Native.json(again ? deadline.options_left : options)
        -> { Native::STATUS.call(address, case_id, json) }
      end
    end

    def check
      read(Deadline.new(@client, {})) { |address| -> { Native::CHECK.call(address) } }
    end

    # Ends the abandoned readings, unless that would end a cancel, too.
    def end_abandoned
      RETRIES_MAX.times do
        forget_ended
        return if @abandoned.empty? || @is_canceling.call

        @client.stop
        @abandoned.first.join(RETRY_INTERVAL_SECONDS)
      end
    end

    # The library's client is freed when no reading uses it any more.
    def close
      end_abandoned
      @client.free if @under_way.zero?
    end

    private

    def read(deadline)
      again = false
      loop do
        interrupts = @client.interrupts
        @client.check_open
        result = wait_for(yield(@client.address, again))
        return result unless ended_for_another?(result) && interrupts == @client.interrupts
        return result unless deadline.seconds_left.positive?

        again = true
      end
    end

    # Whether it was ended together with another reading, which was abandoned.
    def ended_for_another?(result)
      (result.unknown? || result.not_sent?) && result.reason == :interrupted
    end

    def wait_for(call)
      thread = begin_reading(call)
      thread.join
      Result.new(thread.value)
    ensure
      abandon(thread) if thread&.alive?
    end

    def begin_reading(call)
      @under_way += 1
      Thread.new do
        Thread.handle_interrupt(Object => :never) do
          Native.own(call.call)
        ensure
          @under_way -= 1
          @client.free if @client.closed? && @under_way.zero?
        end
      end
    end

    def forget_ended
      before = @abandoned.size
      @abandoned.select!(&:alive?)
      @client.waiters -= before - @abandoned.size
    end

    def abandon(thread)
      Thread.handle_interrupt(Object => :never) do
        @abandoned << thread
        @client.waiters += 1
        end_abandoned
      end
    end
  end
end
