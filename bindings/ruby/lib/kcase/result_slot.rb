# frozen_string_literal: true

require_relative "cell"
require_relative "result_handle"

module KCase
  # The memory into which a function of the library puts a result before it returns. When fiddle returns, an
  # interrupt may be raised before the function's value is known in Ruby; the result is here then.
  # @api private
  class ResultSlot < Cell
    # The result that was found and is not yet somebody else's: a ResultHandle, or nil.
    attr_reader :found

    # Takes over the result in the memory, also that of a call which was interrupted. This may be interrupted,
    # too, at any place, and is then done once more. So the handle becomes the owner of the result last, when
    # its address is no longer in the memory: no two handles ever free one result.
    # @return [ResultHandle, nil]
    def keep
      address = @memory.unpack1("J")
      unless address.zero?
        @found = ResultHandle.new(address)
        @pointer[0, NULL.bytesize] = NULL
      end
      @found.free = Native::RESULT_FREE if @found
      @found
    end

    # Forgets the result: somebody else has it now, or it is not wanted.
    def release
      @found = nil
    end
  end
  private_constant :ResultSlot
end
