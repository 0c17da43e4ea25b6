# frozen_string_literal: true

require_relative "native"
require_relative "errors"
require_relative "result"
require_relative "result_handle"

module KCase
  # The library's client, and the state that the parts of a {Client} share.
  # @api private
  class NativeClient
    # How many unclaimed results are kept; beyond it, the oldest are dropped.
    UNCLAIMED_MAX = 10_000

    # Its address; 0 once it is closed.
    attr_reader :address

    # How many calls use the address. A call is counted as the first thing that is done in a block, at whose
    # end it is no more: by an accessor, since an interrupt can come when a method returns.
    attr_accessor :users

    # Those who are told of results, or nil.
    attr_reader :listeners

    # Makes one of a configuration.
    def self.new_of(config, listeners)
      new(listeners, Native::CLIENT_NEW, Native.json(config) || Native.text("{}"))
    end

    # Makes one of a file.
    def self.open(path, listeners)
      new(listeners, Native::CLIENT_OPEN, Native.text(path))
    end

    # Raises InvalidInput, with the library's message, for a configuration that is not valid.
    def initialize(listeners, function, argument)
      @native, error = Native.make(function, Native::CLIENT_FREE, argument)
      raise Error.for(Result.new(ResultHandle.own(error))) unless error.zero?

      @address = @native.to_i
      @listeners = listeners
      @unclaimed = []
      renew
    end

    def closed?
      @address.zero?
    end

    def check_open
      raise ClosedError, "the client is closed" if @address.zero?
    end

    # From now on it takes no calls. It is freed when no call uses its address any more.
    def close
      renew_after_fork
      @address = 0
      free_unused
    end

    # Before a call is counted. In a child process, nobody uses it of those in its parent.
    def renew_after_fork
      renew if @process != Process.pid
    end

    # Counts a call on another thread, and gives the address.
    def enter
      check_open
      renew_after_fork
      @users += 1
      @address
    end

    # Ends a call that was counted.
    def leave
      @users -= 1
      free_unused
    end

    # Frees it if it is closed and nobody uses it.
    def free_unused
      free if closed? && @users.zero?
    end

    # Whether more than one call is under way, beside those in batches of their own.
    def shared?
      @users > 1
    end

    # Ends the calls that are under way. Allowed in a trap handler.
    def interrupt
      Native::CLIENT_INTERRUPT.call(@native.to_i) if @native
    end

    # Ends what is under way in a batch, and keeps its results as unclaimed. Attaches them to the exception
    # that interrupted the call, if there is one.
    def keep_unclaimed(batch, error)
      batch.finish(@unclaimed, attached = [])
      @unclaimed.shift(@unclaimed.size - UNCLAIMED_MAX) if @unclaimed.size > UNCLAIMED_MAX
      BrokenOff.attach(error, attached) if error
    end

    # The same for one result.
    def keep(result, error)
      @unclaimed << result
      BrokenOff.attach(error, [result]) if error
    end

    def unclaimed
      @unclaimed.shift(@unclaimed.size)
    end

    private

    def renew
      @process = Process.pid
      @users = 0
    end

    def free
      native = @native
      @native = nil
      Native.free(native, Native::CLIENT_FREE) if native
    end
  end
  private_constant :NativeClient
end
