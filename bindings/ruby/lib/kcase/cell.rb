# frozen_string_literal: true

require "fiddle"

module KCase
  # Memory for one pointer, which a function of the library writes. It is the bytes of a String: Ruby reads
  # those for half of what a Fiddle::Pointer takes. The pointer keeps the String where it is.
  # @api private
  class Cell
    # A pointer's bytes.
    NULL = [0].pack("J").freeze

    # For the function.
    attr_reader :address

    def initialize
      @memory = NULL.dup
      @pointer = Fiddle::Pointer[@memory]
      @address = @pointer.to_i
    end

    # The address that was written; 0 for none.
    def value
      @memory.unpack1("J")
    end

    def clear
      @pointer[0, NULL.bytesize] = NULL
    end
  end
  private_constant :Cell
end
