# frozen_string_literal: true

require_relative "../batch"
require_relative "../case_source"
require_relative "fake_list_calls"
require_relative "fake_part_calls"
require_relative "fake_runs"
require_relative "fake_service"
require_relative "results"

module KCase
  module Testing
    # A client that sends nothing: it answers as a service would that has every case, or as it is told, and
    # keeps a ledger of what it was asked. It has every method of {Client}, with the same keywords.
    #
    # @example
    #   fake = KCase::Testing::FakeClient.new("row 2" => %i[unknown canceled], "row 3" => :refused)
    #   fake.cancel("row 1").outcome  # => :canceled
    #   fake.cancel("row 1").outcome  # => :already_canceled
    #   fake.cancel("row 2").outcome  # => :unknown
    #   fake.cancel("row 2").outcome  # => :canceled
    #   fake.cancel!("row 3")         # raises KCase::Refused
    #   fake.ledger.map(&:case_id).tally["row 2"]  # => 2
    #   fake.canceled                 # => ["row 1", "row 2"]
    #
    # @example Cases that are found, and parts of a case
    #   cases = [{ id: "row 7", apiTrackingCode: "REQ-7" }]
    #   fake = KCase::Testing::FakeClient.new({ ["row 7", "service-mvr"] => :refused }, cases: cases)
    #   fake.list(api_tracking_code: "REQ-7").cases.map { |found| found[:id] }  # => ["row 7"]
    #   fake.cancel_services("row 7", %w[service-mvr]).outcome                  # => :refused
    #   fake.cancel_found(api_tracking_code: "REQ-7").case_id                   # => "row 7"
    class FakeClient
      include FakeListCalls
      include FakePartCalls

      # One call: +operation+ (the method's name, without an exclamation mark), +case_id+, +options+ and
      # +result+. The options of {#cancel_services} have +:service_ids+, those of {#cancel_search}
      # +:search_id+.
      Call = Struct.new(:operation, :case_id, :options, :result, keyword_init: true)

      # What it was asked, in order.
      # @return [Array<Call>]
      attr_reader :ledger

      # @param answers [Hash] of a case id: what a cancel of it gives. An outcome, a {Result} (see
      #   {Testing.result}), or an Array of those, one for each call; the last is for all further ones. Of an
      #   Array of two ids: the same of a service of a case, or of a search of its data
      # @param cases [Array<Hash>] the cases that {#list} and {#cancel_found} find, as in {Result#case}:
      #   +:id+, and what they are found by
      # @param unfinished [Array<String>] the ids of cases that a process which ended left in the journal, for
      #   {#resume}
      # @param on_result (see Client#initialize)
      # @param logger not used
      # rubocop:disable Lint/UnusedMethodArgument, Metrics/ParameterLists
      def initialize(answers = {}, cases: [], unfinished: [], on_result: nil, logger: nil, **more)
        # Without braces, Ruby takes the pairs of a Hash for keywords.
        answers = answers.merge(CallOptions.check(more, more.keys.grep_v(Symbol)))
        @service = FakeService.new(answers, cases)
        @unfinished = unfinished.dup
        @on_result = on_result
        @ledger = []
        @lock = Mutex.new
      end
      # rubocop:enable Lint/UnusedMethodArgument, Metrics/ParameterLists

      # The cases that are canceled, in the order in which they were.
      # @return [Array<String>]
      def canceled
        @service.canceled
      end

      # (see Client#cancel)
      def cancel(case_id, **options)
        CallOptions.check(options)
        answer(:cancel, case_id, options) { @service.cancel(case_id) }
      end

      # (see Client#cancel!)
      def cancel!(case_id, **options)
        succeed(cancel(case_id, **options))
      end

      # (see Client#status)
      def status(case_id, **options)
        CallOptions.check(options)
        answer(:status, case_id, options) { reading(case_id, options) }
      end

      # (see Client#status!)
      def status!(case_id, **options)
        succeed(status(case_id, **options))
      end

      # (see Client#check)
      def check
        answer(:check, nil, {}) { Testing.result(:ok) }
      end

      # (see Client#check!)
      def check!
        succeed(check)
      end

      # rubocop:disable Lint/UnusedMethodArgument

      # (see Client#cancel_many)
      def cancel_many(cases, max_in_flight: 64, http2: true, **options, &block)
        source = CaseSource.new(cases, options)
        run = FakeRun.new(source) { |case_id, own| cancel(case_id, **(own || source.options)) }
        enumerate(Batch.new(source.size, run), &block)
      end

      # (see JournalCalls#resume)
      def resume(mode: "finish", max_in_flight: 64, http2: true, &block)
        run = FakeRun.new(@unfinished.dup) do |case_id|
          answer(:resume, case_id, { mode: mode }) { resumed(case_id, mode) }
        end
        enumerate(Batch.new(nil, run), &block)
      end

      # rubocop:enable Lint/UnusedMethodArgument

      # Does nothing: nothing is ever under way.
      # @return [self]
      def interrupt
        self
      end

      # @return [Array] empty
      def unclaimed
        []
      end

      # (see Client#close)
      def close
        @closed = true
        nil
      end

      # @return [Boolean]
      def closed?
        @closed == true
      end

      # @return [String]
      def inspect
        "#<#{self.class} #{ledger.size} calls#{" (closed)" if closed?}>"
      end

      private

      # Enters a call in the ledger. The block gives what comes of it.
      def answer(operation, case_id, options)
        raise ClosedError, "the client is closed" if closed?

        result = @lock.synchronize do
          members = yield.to_h.merge(case_id: case_id, tag: options[:tag])
          @ledger << Call.new(operation: operation, case_id: case_id, options: options,
                              result: Result.new(ResultMembers.new(members)))
          @ledger.last.result
        end
        @on_result&.call(result)
        result
      end

      def reading(case_id, options = {})
        Testing.result(:ok, case: @service.state(case_id, personal_data: options[:personal_data]))
      end

      # An intent stays unfinished if nothing is known to have come of it.
      def resumed(case_id, mode)
        found = if canceled.include?(case_id)
                  Testing.result(:already_canceled, http_status: 200)
                elsif mode == "verify"
                  reading(case_id)
                else
                  @service.cancel(case_id)
                end
        @unfinished.delete(case_id) unless found.ok? || found.not_sent? || found.denied?
        found
      end

      def enumerate(results, &block)
        results.each(&block) if block
        results
      end

      def succeed(result)
        raise result unless result.success?

        result
      end
    end
  end
end
