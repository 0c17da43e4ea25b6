# frozen_string_literal: true

require_relative "native"
require_relative "errors"
require_relative "result"

module KCase
  # The library's client, and the state that the parts of a {Client} share.
  # @api private
  class NativeClient
    # How many unclaimed results are kept; beyond it, the oldest are dropped.
    UNCLAIMED_MAX = 10_000
    # The library's defaults.
    TIMEOUT_MS_DEFAULT = 30_000
    CONNECTIONS_MAX_DEFAULT = 8

    # Its address; 0 once it is closed: the library refuses calls with that.
    attr_reader :address

    # The configuration's bounds.
    attr_reader :timeout_ms, :connections_max

    # How often the host has interrupted.
    attr_reader :interrupts

    # How many things wait for a cancel to end: callers without a batch, abandoned readings, closing.
    attr_accessor :waiters

    # Raises InvalidInput, with the library's message, for a configuration that is not valid.
    def initialize(config)
      json = Native.json(config) || Native.text("{}")
      @native, error = Native.make(Native::CLIENT_NEW, Native::CLIENT_FREE, json)
      raise Error.for(Result.new(error)) if error

      @address = @native.to_i
      @timeout_ms = config[:timeout_ms] || TIMEOUT_MS_DEFAULT
      @connections_max = config[:max_connections] || CONNECTIONS_MAX_DEFAULT
      @unclaimed = []
      @interrupts = 0
      @waiters = 0
    end

    def closed?
      @address.zero?
    end

    def check_open
      raise ClosedError, "the client is closed" if closed?
    end

    # From now on it takes no calls. Those under way go on until #free.
    def close
      @address = 0
    end

    def free
      native = @native
      @native = nil
      Native.free(native, Native::CLIENT_FREE) if native
    end

    # Ends the calls that are under way, because the host asked for it. Allowed in a trap handler.
    def interrupt
      @interrupts += 1
      stop
    end

    # The same, for a reason of the gem's own.
    def stop
      Native::CLIENT_INTERRUPT.call(@native.to_i) if @native
    end

    # Ends what is under way in a batch, and keeps its results as unclaimed. Attaches them to the exception
    # that interrupted the call, if there is one.
    def keep_unclaimed(batch, error)
      batch.finish(@unclaimed, attached = [])
      @unclaimed.shift(@unclaimed.size - UNCLAIMED_MAX) if @unclaimed.size > UNCLAIMED_MAX
      BrokenOff.attach(error, attached) if error
    end

    def unclaimed
      @unclaimed.shift(@unclaimed.size)
    end
  end
end
