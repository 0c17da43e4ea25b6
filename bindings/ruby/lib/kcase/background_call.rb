# frozen_string_literal: true

require_relative "native_client"

module KCase
  # A call that the library cannot divide into slices, and fiddle cannot interrupt: it is made on a thread of
  # its own, and the caller waits for that thread. Meanwhile Ruby can be interrupted, and other fibers run.
  #
  # Where the caller is interrupted, the call is ended, too. The library can end only all calls of a client at
  # once: so if others are under way, it goes on by itself, until its timeout or the end of the process.
  # @api private
  class BackgroundCall
    # How often, and at most how many times, a call is ended that may not have begun yet.
    INTERRUPT_INTERVAL_SECONDS = 0.005
    INTERRUPTS_MAX = 20

    # @param is_kept [Boolean] whether the result of an interrupted call is kept as unclaimed
    # @param call [Proc] is given the client's address, and gives that of the library's result
    def initialize(client, operation, is_kept, call)
      @client = client
      @operation = operation
      @is_kept = is_kept
      @call = call
      # Whoever takes the result out is the one to do something with it.
      @found = []
    end

    # Waits for the result. The block says whether another call of the client is under way.
    def perform(&is_busy)
      thread = start
      thread.join
      result = @found.first
      tell(result)
      @found.clear
      result
    rescue Exception => e # rubocop:disable Lint/RescueException
      error = e
      raise
    ensure
      abandon(thread, error, is_busy) if thread && (thread.alive? || @found.any?)
    end

    private

    def start
      address = @client.enter
      Thread.new do
        Thread.handle_interrupt(Object => :never) do
          @found << Result.new(ResultHandle.own(@call.call(address)))
        ensure
          @client.leave
          keep(nil) if @is_alone
        end
      end
    end

    # The caller was interrupted.
    def abandon(thread, error, is_busy)
      Thread.handle_interrupt(Object => :never) do
        if thread.alive?
          is_busy.call ? at_exit { @client.interrupt } : interrupt(thread)
        end
        # From now on nobody waits for the result: if it is not here yet, the thread keeps it.
        @is_alone = true
        keep(error)
      end
    end

    def interrupt(thread)
      INTERRUPTS_MAX.times do
        @client.interrupt
        break if thread.join(INTERRUPT_INTERVAL_SECONDS)
      end
    end

    # What a listener raises is dropped: another exception is being raised.
    def keep(error)
      result = @found.shift
      return unless result

      begin
        tell(result)
      rescue StandardError
        nil
      end
      @client.keep(result, error) if @is_kept
    end

    # Once.
    def tell(result)
      return if @is_told

      @is_told = true
      @client.listeners&.tell(@operation, result)
    end
  end
  private_constant :BackgroundCall
end
