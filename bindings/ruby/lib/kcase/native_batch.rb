# frozen_string_literal: true

require "io/wait"
require_relative "call_kind"
require_relative "native_client"
require_relative "result_slot"

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
      @listeners = client.listeners
      @options = Native.json(options)
      @address = 0
      @kind = CallKind::CANCEL
    end

    # Makes the library's batch. What belongs together is stored together: an interrupt can come while it is
    # made, and not in between.
    def create
      @client.check_open
      batch, error = make(@client.address, @options)
      raise Error.for(Result.new(ResultHandle.own(error))) unless error.zero?

      address = batch.to_i
      slot = ResultSlot.new
      slot_address = slot.address
      @io = nil
      @batch = batch
      @address = address
      @slot = slot
      @slot_address = slot_address
      self
    end

    # Adds a case. Gives BATCH_ADDED; or BATCH_CLOSED in a process that did not make the batch; or what says
    # that a result is to be fetched before.
    def add(case_id, options)
      case_id = Native.text(case_id) unless Native.plain?(case_id)
      @kind.adder.call(@address, case_id, options)
    end

    # Works until there is a result; it stays here until it is taken, or the next one is fetched.
    def wait_for_result
      if NativeBatch.scheduled?
        wait_for_work until fetch(0)
      else
        nil until fetch(SLICE_MS)
      end
    end

    # Works for a while, or until there is something to do; whether there is a result.
    def work
      return !fetch(SLICE_MS).nil? unless NativeBatch.scheduled?

      wait_for_work unless fetch(0)
      !@slot.found.nil?
    end

    # Works without waiting; whether there is a result.
    def poll
      !fetch(0).nil?
    end

    # The result that was found. Listeners are told of it, once.
    def result
      result = Result.new(@slot.found)
      tell(result) if @listeners
      result
    end

    # The same; it is not kept here any longer.
    def take
      result = self.result
      @slot.release
      result
    end

    def interrupt
      Native::BATCH_INTERRUPT.call(@address)
    end

    # Ends everything that is pending, and adds to each of the lists its results, and one that was found and
    # not taken. If this is interrupted as well, by a second Ctrl-C, it can be called again for the results
    # that are missing.
    def finish(*lists)
      return unless @slot

      Thread.handle_interrupt(Object => :never) do
        move(*lists) if @slot.keep
        interrupt
        move(*lists) while pending.positive? && fetch(FINISH_WAIT_MS_MAX)
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
      @io = @slot = nil
      batch = @batch
      @batch = nil
      Native.free(batch, Native::BATCH_FREE) if batch
    end

    private

    def make(address, options)
      Native.make(Native::BATCH_NEW, Native::BATCH_FREE, address, options)
    end

    # Works on the batch for so many milliseconds at most. Gives the library's result, or nil.
    def fetch(milliseconds)
      @slot.release
      @told = false
      taken = Native::BATCH_TAKE.call(@address, milliseconds, @slot_address)
      raise ClosedError, "a batch belongs to the process that made it" if taken == Native::BATCH_CLOSED

      @slot.keep
    end

    def tell(result)
      return if @told

      @told = true
      @listeners.tell(@kind.operation, result)
    end

    # Moves the result that was found into the lists. What a listener raises is dropped: another exception is
    # being raised.
    def move(unclaimed, attached)
      begin
        result
      rescue StandardError
        nil
      end
      unless @kind.reading?
        result = Result.new(@slot.found)
        unclaimed << result
        attached << result
      end
      @slot.release
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
  private_constant :NativeBatch
end
