# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # The library's batch of the intents in a journal that nobody is at work on.
  # @api private
  class NativeResume < NativeBatch
    private

    def make(address, options)
      Native.make(Native::RESUME, Native::BATCH_FREE, address, options)
    end

    def operation
      :resume
    end
  end
  private_constant :NativeResume
end
