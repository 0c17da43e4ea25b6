# frozen_string_literal: true

require "io/wait"
require_relative "catch"
require_relative "native_client"

module KCase
  # One of the library's batches: cases go in, results come out. For one thread at a time.
  #
  # A thread waits inside the library, without Ruby's lock, and comes up often enough for Ctrl-C, Thread#raise,
  # Thread#kill and Timeout. Under a Fiber scheduler Ruby waits, on the batch's descriptor, and other fibers run.
  # @api private
  class Wire
    # How often a thread that waits comes up.
    SLICE_MS = 25
    # How long an interrupted batch may take to bring in a result; in truth it is there at once.
    SETTLE_MS = 100
    # Between two looks at a batch that has no descriptor, for want of one.
    LOOK_SECONDS = 0.005

    # Whether the calling fiber must not block its thread, since others wait for their turn.
    if Fiber.respond_to?(:current_scheduler)
      def self.scheduled?
        !Fiber.current_scheduler.nil?
      end
    elsif Fiber.respond_to?(:scheduler)
      def self.scheduled?
        !Fiber.scheduler.nil? && !Fiber.current.blocking?
      end
    else
      def self.scheduled?
        false
      end
    end

    def initialize(client, options)
      @client = client
      @options = Native.json(options)
      @address = 0
    end

    def open
      @client.check_open
      @io = nil
      @batch, error = Native.make(Native::BATCH_NEW, Native::BATCH_FREE, @client.address, @options)
      raise Error.for(Result.new(error)) if error

      @address = @batch.to_i
      @catch = Catch.new(@address)
    end

    # Adds a case. The first time, and in a child process, there is no batch yet that takes one.
    def add(case_id, options)
      case_id = Native.text(case_id) unless Native.plain?(case_id)
      return if Native::BATCH_ADD.call(@address, case_id, options) == 1

      open
      Native::BATCH_ADD.call(@address, case_id, options)
    end

    # Works until there is a result; it stays here until it is taken, or the next one is looked for.
    def await
      if Wire.scheduled?
        wait until @catch.fetch(0)
      else
        nil until @catch.fetch(SLICE_MS)
      end
    end

    # Works without waiting; whether there is a result.
    def look
      !@catch.fetch(0).nil?
    end

    # The result that was found.
    def result
      Result.new(@catch.result)
    end

    # The same, handed over for good.
    def take
      result = self.result
      @catch.release
      result
    end

    def interrupt
      Native::BATCH_INTERRUPT.call(@address)
    end

    # Ends everything that is pending, and adds to each of the lists what is known of it, and of a result that was found
    # and not handed over. Should this be broken off in its turn, by a second Ctrl-C, what is missing can be asked for
    # again.
    def settle(*lists)
      return unless @catch

      Thread.handle_interrupt(Object => :never) do
        tell(*lists) if @catch.keep
        interrupt
        tell(*lists) while pending.positive? && @catch.fetch(SETTLE_MS)
      end
    end

    def pending
      Native::BATCH_PENDING.call(@address)
    end

    def stats
      JSON.parse(Native.string(Native::BATCH_STATS.call(@address)), symbolize_names: true)
    end

    def free
      @address = 0
      @io = nil
      @catch = nil
      batch = @batch
      @batch = nil
      Native.free(batch, Native::BATCH_FREE) if batch
    end

    private

    # Nothing can come between a result's being in the lists and its being released.
    def tell(unclaimed, told)
      result = self.result
      unclaimed << result
      told << result
      @catch.release
    end

    # Until there is something to do.
    def wait
      @io ||= descriptor
      @io ? @io.wait_readable : sleep(LOOK_SECONDS)
    end

    # It is the library's: Ruby must not close it.
    def descriptor
      number = Native::BATCH_FD.call(@address)
      IO.for_fd(number, autoclose: false) unless number.negative?
    end
  end
end
