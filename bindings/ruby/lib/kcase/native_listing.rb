# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # One of the library's listings: cases are handed out as the list comes.
  # @api private
  class NativeListing
    # The listing's result; nil before the end.
    attr_reader :result

    def initialize(client, filter)
      @client = client
      @filter = Native.json(filter)
    end

    # Gives the result of each case, as it is found.
    def each
      begin_listing
      yield Result.new(@slot.found) while next_case
      @client.listeners&.tell(:listing, @result)
    ensure
      free
    end

    private

    def begin_listing
      @client.check_open
      listing, error = Native.make(Native::LISTING_NEW, Native::LISTING_FREE, @client.address, @filter)
      raise Error.for(Result.new(ResultHandle.own(error))) unless error.zero?

      @listing = listing
      @slot = ResultSlot.new
    end

    # Whether there is another case. A thread waits in slices, as in {NativeBatch}.
    def next_case
      loop do
        case fetch
        when Native::LISTING_CASE then return true
        when Native::LISTING_OVER then return over
        else sleep(NativeBatch::POLL_INTERVAL_SECONDS) if NativeBatch.scheduled?
        end
      end
    end

    def fetch
      @slot.release
      milliseconds = NativeBatch.scheduled? ? 0 : NativeBatch::SLICE_MS
      state = Native::LISTING_NEXT.call(@listing.to_i, milliseconds, @slot.address)
      @slot.keep
      state
    end

    def over
      found = @slot.found
      raise ClosedError, "a listing belongs to the process that began it" unless found

      @result = Result.new(found)
      false
    end

    def free
      listing = @listing
      @listing = nil
      Native.free(listing, Native::LISTING_FREE) if listing
    end
  end
  private_constant :NativeListing
end
