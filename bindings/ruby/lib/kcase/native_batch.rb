# frozen_string_literal: true

require "io/wait"
require_relative "native_client"
require_relative "result_fetcher"

module KCase
  # One of the library's batches: cases are added, results are fetched. For one thread at a time.
  #
  # A thread waits inside the library, without Ruby's lock, in slices: between them Ctrl-C, Thread#raise,
  # Thread#kill and Timeout take effect. Under a Fiber scheduler Ruby waits on the batch's descriptor, and
  # other fibers run.
  # @api private
  class NativeBatch
    # How long a thread waits inside the library at a time.
    SLICE_MS = 25
    # How long to wait for each result of an interrupted batch; it is normally there at once.
    FINISH_WAIT_MS_MAX = 100
    # How often a batch is polled that could not get a descriptor.
    POLL_INTERVAL_SECONDS = 0.005

    # Whether the calling fiber must not block its thread, since a Fiber scheduler runs others.
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

    def create
      @client.check_open
      @io = nil
      @batch, error = Native.make(Native::BATCH_NEW, Native::BATCH_FREE, @client.address, @options)
      raise Error.for(Result.new(error)) if error

      @address = @batch.to_i
      @fetcher = ResultFetcher.new(@address)
    end

    # Adds a case. The first time, and in a child process, there is no batch yet that takes one.
    def add(case_id, options)
      case_id = Native.text(case_id) unless Native.plain?(case_id)
      return if Native::BATCH_ADD.call(@address, case_id, options) == 1

      create
      Native::BATCH_ADD.call(@address, case_id, options)
    end

    # Works until there is a result; it stays here until it is taken, or the next one is fetched.
    def wait_for_result
      if NativeBatch.scheduled?
        wait_for_work until @fetcher.fetch(0)
      else
        nil until @fetcher.fetch(SLICE_MS)
      end
    end

    # Works without waiting; whether there is a result.
    def poll
      !@fetcher.fetch(0).nil?
    end

    # The result that was found.
    def result
      Result.new(@fetcher.result)
    end

    # The same; it is not kept here any longer.
    def take
      result = self.result
      @fetcher.release
      result
    end

    def interrupt
      Native::BATCH_INTERRUPT.call(@address)
    end

    # Ends everything that is pending, and adds to each of the lists its results, and one that was found and
    # not taken. If this is interrupted as well, by a second Ctrl-C, it can be called again for the results
    # that are missing.
    def finish(*lists)
      return unless @fetcher

      Thread.handle_interrupt(Object => :never) do
        move(*lists) if @fetcher.keep
        interrupt
        move(*lists) while pending.positive? && @fetcher.fetch(FINISH_WAIT_MS_MAX)
      end
    end

    def pending
      Native::BATCH_PENDING.call(@address)
    end

    def stats
      Native.parse(Native::BATCH_STATS.call(@address))
    end

    def free
      @address = 0
      @io = nil
      @fetcher = nil
      batch = @batch
      @batch = nil
      Native.free(batch, Native::BATCH_FREE) if batch
    end

    private

    # Moves the result that was found into the lists. No interrupt can come between adding and releasing it:
    # each step is a single call into C.
    def move(unclaimed, attached)
      result = self.result
      unclaimed << result
      attached << result
      @fetcher.release
    end

    # Waits until there is something to do.
    def wait_for_work
      @io ||= descriptor
      @io ? @io.wait_readable : sleep(POLL_INTERVAL_SECONDS)
    end

    # It is the library's: Ruby must not close it.
    def descriptor
      number = Native::BATCH_FD.call(@address)
      IO.for_fd(number, autoclose: false) unless number.negative?
    end
  end
end
