# frozen_string_literal: true

require_relative "native"
require_relative "errors"
require_relative "result"

module KCase
  # The library's client, and what the parts of a {Client} know of each other.
  # @api private
  class NativeClient
    # Results that nobody has asked for are kept up to this many; beyond it, the oldest are dropped.
    UNCLAIMED_MAX = 10_000
    # The library's defaults.
    TIMEOUT_MS = 30_000
    CONNECTIONS_MAX = 8

    # Its address; 0, which the library accepts and refuses, once it is closed.
    attr_reader :address

    # The configuration's bounds.
    attr_reader :timeout_ms, :connections_max

    # How often the host has interrupted.
    attr_reader :interrupts

    # How many things wait for a cancel to end: callers that wait for a lane, readings to be swept, closing.
    attr_accessor :concerns

    def self.now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    # Raises InvalidInput, with the library's message, for a configuration that is not valid.
    def initialize(config)
      json = Native.json(config) || Native.text("{}")
      @native, error = Native.make(Native::CLIENT_NEW, Native::CLIENT_FREE, json)
      raise Error.for(Result.new(error)) if error

      @address = @native.to_i
      @timeout_ms = config[:timeout_ms] || TIMEOUT_MS
      @connections_max = config[:max_connections] || CONNECTIONS_MAX
      @unclaimed = []
      @interrupts = 0
      @concerns = 0
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

    # Ends the calls that are under way: the host wants it. Allowed in a trap handler.
    def interrupt
      @interrupts += 1
      stop
    end

    # The same, without the host's having asked for it.
    def stop
      Native::CLIENT_INTERRUPT.call(@native.to_i) if @native
    end

    # Ends what is under way on a wire. Keeps what is known of it, and tells the exception that broke the call off, if
    # there is one.
    def broken_off(wire, error)
      wire.settle(@unclaimed, told = [])
      @unclaimed.shift(@unclaimed.size - UNCLAIMED_MAX) if @unclaimed.size > UNCLAIMED_MAX
      BrokenOff.tell(error, told) if error
    end

    def unclaimed
      @unclaimed.shift(@unclaimed.size)
    end
  end
end
