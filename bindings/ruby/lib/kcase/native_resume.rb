# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # The library's batch of the intents in a journal that nobody is at work on.
  # @api private
  class NativeResume < NativeBatch
    def initialize(client, options)
      super
      @kind = CallKind::RESUME
    end

    private

    def make(address, options)
      Native.make(Native::RESUME, Native::BATCH_FREE, address, options)
    end
  end
  private_constant :NativeResume
end
