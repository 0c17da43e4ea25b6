# frozen_string_literal: true

require_relative "native_client"

module KCase
  # A client's calls that only read: status and check. The library has no descriptor for those, and fiddle cannot
  # break off a call into C; so each is made on a thread of its own, and the caller waits for the thread, as Ruby can be
  # interrupted and other fibers run.
  #
  # A reading whose caller was interrupted is given up. The library can only end all calls of a client at once, so that
  # is done when no cancel is under way; other readings that are ended by it begin again, which harms nobody.
  # @api private
  class Readings
    # How soon an abandoned reading that had not quite begun is ended once more, and how often.
    AGAIN_SECONDS = 0.005
    AGAIN_TIMES = 20

    # The block tells whether a cancel is under way.
    def initialize(client, &cancels)
      @client = client
      @cancels = cancels
      @under_way = 0
      @abandoned = []
    end

    def status(case_id, options)
      case_id = Native.text(case_id) unless case_id.nil?
      deadline = Turn.new(@client, options)
      read(deadline) do |address, again|
        json = Native.json(again ? deadline.rest : options)
        -> { Native::STATUS.call(address, case_id, json) }
      end
    end

    def check
      read(Turn.new(@client, {})) { |address| -> { Native::CHECK.call(address) } }
    end

    # Ends those, unless that would end a cancel, too.
    def sweep
      AGAIN_TIMES.times do
        forget_ended
        return if @abandoned.empty? || @cancels.call

        @client.stop
        @abandoned.first.join(AGAIN_SECONDS)
      end
    end

    # The library's client is freed when no reading uses it any more.
    def close
      sweep
      @client.free if @under_way.zero?
    end

    private

    def read(turn)
      again = false
      loop do
        interrupts = @client.interrupts
        @client.check_open
        result = wait_for(yield(@client.address, again))
        return result unless swept?(result) && interrupts == @client.interrupts && turn.seconds_left.positive?

        again = true
      end
    end

    # Whether it ended for the sake of another that was abandoned.
    def swept?(result)
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
      @client.concerns -= before - @abandoned.size
    end

    def abandon(thread)
      Thread.handle_interrupt(Object => :never) do
        @abandoned << thread
        @client.concerns += 1
        sweep
      end
    end
  end
end
