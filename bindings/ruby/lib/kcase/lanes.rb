# frozen_string_literal: true

require_relative "lane"

module KCase
  # A client's single cancels: as many at a time as it may have connections; further callers wait.
  #
  # A caller takes a lane off the list, uses it alone and puts it back, so that one thread's calls go over one kept
  # connection. Taking and putting back are single calls into C, and next to the line that begins or ends the care for
  # the lane: nothing can come between. (For that a caller that got no lane puts back nil, which is taken off again.)
  # @api private
  class Lanes
    # A waiting caller looks by itself, too.
    LOOK_SECONDS = 0.1

    # The block is called when a cancel ends while something waits for the cancels to end.
    def initialize(client, &when_calm)
      @client = client
      @when_calm = when_calm
      @mutex = Mutex.new
      @freed = ConditionVariable.new
      @process = nil
      lay
    end

    # The quick way is all in this method: a few more calls of Ruby's would be felt.
    # rubocop:disable Lint/RescueException, Metrics/CyclomaticComplexity, Metrics/PerceivedComplexity
    def cancel(case_id, options)
      json = options.empty? ? nil : Native.json(options)
      lane = @idle.pop
      begin
        begin
          return queue(case_id, options) unless lane

          result = lane.cancel(case_id, json)
        rescue Exception => e
          @client.broken_off(lane, e) if lane
          raise
        ensure
          @client.broken_off(lane, nil) if lane && !result
        end
      ensure
        @idle.push(lane)
        attend if @client.concerns.positive? || lane.nil?
      end
    end
    # rubocop:enable Lint/RescueException, Metrics/CyclomaticComplexity, Metrics/PerceivedComplexity

    # Whether any cancel is under way.
    def busy?
      @idle.count { |lane| lane } < @client.connections_max
    end

    # Lanes in use are freed when they are put back.
    def close
      @client.concerns += 1
      free_idle
    end

    # In a child process the lanes that were in use in its parent are missing.
    def lay
      return if @process == Process.pid

      @process = Process.pid
      @idle = Array.new(@client.connections_max) { Lane.new(@client) }
    end

    private

    # Another caller may be quicker to take the lane that was put back: then once more, in the time that is left.
    def queue(case_id, options)
      turn = Turn.new(@client, options)
      await(turn) ? cancel(case_id, turn.rest) : turn.missed(case_id)
    end

    # Waits until a lane is free; false when the call's time is up.
    def await(turn)
      @mutex.synchronize do
        @client.concerns += 1
        begin
          lay
          until @idle.any?
            @client.check_open
            return false unless turn.seconds_left.positive?

            @freed.wait(@mutex, [turn.seconds_left, LOOK_SECONDS].min)
          end
        ensure
          @client.concerns -= 1
        end
      end
      true
    end

    def attend
      @idle.delete(nil)
      free_idle if @client.closed?
      @when_calm.call
      @mutex.synchronize { @freed.signal }
    end

    def free_idle
      @idle.shift(@idle.size).each { |lane| lane&.free }
    end
  end

  # A call that waits for a lane: the time spent counts, as the library has it.
  # @api private
  class Turn
    def initialize(client, options)
      @began = NativeClient.now
      @options = options
      given = options[:timeout_ms]
      # What is out of range is refused later, by the library.
      @timeout_ms = given.is_a?(Integer) && given.positive? ? given : client.timeout_ms
      @is_given = !given.nil? && given != @timeout_ms
    end

    def seconds_left
      (@timeout_ms / 1000.0) - elapsed
    end

    # The options of a call that has its turn now.
    def rest
      return @options if @is_given

      @options.merge(timeout_ms: [(seconds_left * 1000).ceil, 1].max)
    end

    # The result of a call that had no turn.
    def missed(case_id)
      Result.of(
        case_id: case_id, outcome: :not_sent, settled: false, retriable: true, http_status: nil, reason: :deadline,
        message: "The time was up before a connection was free.", error: nil, evidence: :none, environment: nil,
        tag: @options[:tag], elapsed_ms: (elapsed * 1000).round, attempts: [], case: nil
      )
    end

    private

    def elapsed
      NativeClient.now - @began
    end
  end
end
