# frozen_string_literal: true

require_relative "../batch"
require_relative "../case_source"
require_relative "results"

module KCase
  module Testing
    # A client that sends nothing: it answers as a service would that has every case, or as it is told, and
    # keeps a ledger of what it was asked. It has the methods of {Client} for single calls and
    # +cancel_many+, which take the same keywords.
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
    class FakeClient
      # One call: +operation+ (+:cancel+, +:status+ or +:check+), +case_id+, +options+ and +result+.
      Call = Struct.new(:operation, :case_id, :options, :result, keyword_init: true)

      # What it was asked, in order.
      # @return [Array<Call>]
      attr_reader :ledger

      # The cases that are canceled, in the order in which they were.
      # @return [Array<String>]
      attr_reader :canceled

      # @param answers [Hash] of a case id: what a cancel of it gives. An outcome, a {Result} (see
      #   {Testing.result}), or an Array of those, one for each call; the last is for all further ones
      # @param on_result (see Client#initialize)
      # @param logger not used
      # rubocop:disable Lint/UnusedMethodArgument
      def initialize(answers = {}, on_result: nil, logger: nil, **more)
        # Without braces, Ruby takes the pairs of a Hash for keywords.
        answers = answers.merge(CallOptions.check(more, more.keys.grep(String)))
        @answers = answers.transform_values { |given| given.is_a?(Array) ? given.dup : [given] }
        @on_result = on_result
        @ledger = []
        @canceled = []
        @lock = Mutex.new
      end
      # rubocop:enable Lint/UnusedMethodArgument

      # (see Client#cancel)
      def cancel(case_id, **options)
        answer(:cancel, case_id, options) { canceled_now(case_id) }
      end

      # (see Client#cancel!)
      def cancel!(case_id, **options)
        succeed(cancel(case_id, **options))
      end

      # (see Client#status)
      def status(case_id, **options)
        answer(:status, case_id, options) do
          Testing.result(:ok, case: { canceled: @canceled.include?(case_id) })
        end
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
        batch = Batch.new(source.size, Run.new(self, source))
        batch.each(&block) if block
        batch
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

      private

      def answer(operation, case_id, options)
        raise ClosedError, "the client is closed" if closed?

        CallOptions.check(options)
        result = @lock.synchronize do
          members = yield.to_h.merge(case_id: case_id, tag: options[:tag])
          @ledger << Call.new(operation: operation, case_id: case_id, options: options,
                              result: Result.new(ResultMembers.new(members)))
          @ledger.last.result
        end
        @on_result&.call(result)
        result
      end

      # What a cancel of a case gives now.
      def canceled_now(case_id)
        answers = @answers[case_id]
        given = answers && (answers.size > 1 ? answers.shift : answers.first)
        given ||= @canceled.include?(case_id) ? :already_canceled : :canceled
        given = Testing.result(given) unless given.is_a?(Result)
        @canceled |= [case_id] if given.canceled?
        given
      end

      def succeed(result)
        raise result unless result.success?

        result
      end

      # What {Batch} enumerates.
      # @api private
      class Run
        attr_reader :stats

        def initialize(client, cases)
          @client = client
          @cases = cases
          @stats = {}
        end

        def each
          outcomes = Hash.new(0)
          @cases.each do |case_id, options|
            result = @client.cancel(case_id, **(options || @cases.options))
            outcomes[result.outcome] += 1
            fetched = outcomes.values.sum
            @stats = { added: fetched, fetched: fetched, outcomes: outcomes.dup }
            yield result
          end
        end

        def interrupt; end
      end
      private_constant :Run
    end
  end
end
