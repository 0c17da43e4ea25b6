# frozen_string_literal: true

require_relative "call_options"
require_relative "native"
require_relative "result"
require_relative "result_handle"

module KCase
  # A journal: the file in which a client with +journal:+ writes down each cancel before its request leaves,
  # and what came of it before its caller has the result. This reads it; {Client#resume} finishes what is
  # unfinished. It needs no client, and may be used while clients write.
  #
  # Results are values, as everywhere: {Result#failed?}, reason +:journal+, where the file cannot be read.
  #
  # @example
  #   journal = KCase::Journal.new("/nowhere/cancels.journal")
  #   journal.head.reason  # => :journal
  class Journal
    # What {#history} and {#records} select by.
    FILTERS = %i[case_id tag outcome since until limit after].freeze
    private_constant :FILTERS

    # @return [String]
    attr_reader :path

    # @param path [String, Pathname] it need not be there yet
    def initialize(path)
      @path = File.path(path)
    end

    # One page of what the journal has, the oldest first: {Result#records}, and {Result#next}, which the next
    # page begins after.
    #
    # @param filter [Hash]
    # @option filter [String] :case_id
    # @option filter [String] :tag
    # @option filter [String] :outcome the name of one, or "unfinished"
    # @option filter [String] :since a time, "2026-11-23T15:04:05Z" or "2026-11-23"
    # @option filter [String] :until the same
    # @option filter [Integer] :limit (100) how many records at most, up to 1000
    # @option filter [Integer] :after {Result#next} of the page before
    # @return [Result]
    # @raise [ArgumentError] for a keyword that is not one
    def history(**filter)
      CallOptions.check(filter, FILTERS)
      call(Native::HISTORY, Native.json(filter))
    end

    # Every record of the journal, page by page.
    #
    # @param filter (see #history)
    # @option filter (see #history)
    # @yieldparam record [Hash{Symbol => Object}]
    # @return [Enumerator, nil] an Enumerator without a block
    # @raise [Error] if a page cannot be read
    def records(**filter, &block)
      return enum_for(:records, **filter) unless block

      loop do
        page = history(**filter)
        raise page unless page.ok?

        page.records.each(&block)
        break if page.next.nil?

        filter[:after] = page.next
      end
    end

    # The head of the journal's trail: {Result#head}. Kept elsewhere, it shows later whether the journal was
    # changed.
    # @return [Result]
    def head
      call(Native::JOURNAL_HEAD)
    end

    # Looks at every entry: {Result#ok?} if they are those that were written; {Result#verification}.
    #
    # @param expected_head [Hash, nil] what {Result#head} gave
    # @return [Result]
    def verify(expected_head = nil)
      call(Native::JOURNAL_VERIFY, expected_head && Native.json(expected_head.to_h))
    end

    # Removes the oldest entries: {Result#pruned} says how many.
    #
    # @param before [String] the time, "2026-11-23T15:04:05Z" or "2026-11-23"
    # @return [Result]
    def prune(before:)
      call(Native::JOURNAL_PRUNE, Native.json(before: before))
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{path}>"
    end

    private

    def call(function, *arguments)
      Result.new(ResultHandle.own(function.call(Native.text(path), *arguments)))
    end
  end
end
