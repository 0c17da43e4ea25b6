# frozen_string_literal: true

require_relative "batch"
require_relative "batch_run"
require_relative "native_resume"

module KCase
  # What a {Client} does that has a journal.
  module JournalCalls
    # Finishes the cancels in the client's journal that are unfinished and whose process has ended: at a
    # worker's start, say. Each case is read before anything is sent. An intent stays unfinished if nothing
    # was sent, or the credentials were refused.
    #
    # @param mode [String] "finish": a case that is not canceled is canceled. "verify": nothing is sent; a
    #   case that is not canceled is {Result#ok?}
    # @param max_in_flight [Integer] cases being worked on at a time, 1 to 1024
    # @param http2 [Boolean] false: HTTP/1.1 only
    # @yieldparam result [Result]
    # @return [Batch] an Enumerator; with a block, it was enumerated
    # @raise [InvalidInput] when the enumeration begins: there is no journal, or it cannot be read
    #
    # @example
    #   client.resume.to_a  # raises KCase::InvalidInput
    def resume(mode: "finish", max_in_flight: 64, http2: true, &block)
      options = { mode: mode, max_in_flight: max_in_flight, max_pending: max_in_flight, http2: http2 }
      run = BatchRun.new(@native, NativeResume.new(@native, options)) { |change| @batches += change }
      batch = Batch.new(nil, run)
      batch.each(&block) if block
      batch
    end
  end
  private_constant :JournalCalls
end
