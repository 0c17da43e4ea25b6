# frozen_string_literal: true

require_relative "../result"

module KCase
  module Testing
    # What the {Batch} of a {FakeClient} enumerates: one case after another.
    # @api private
    class FakeRun
      attr_reader :stats

      # The block is given what the source gives of each case, and gives its result.
      def initialize(cases, &call)
        @cases = cases
        @call = call
        @stats = {}
      end

      def each
        outcomes = Hash.new(0)
        @cases.each do |*arguments|
          result = @call.call(*arguments)
          outcomes[result.outcome] += 1
          fetched = outcomes.values.sum
          @stats = { added: fetched, fetched: fetched, outcomes: outcomes.dup }
          yield result
        end
      end

      def interrupt; end
    end
    private_constant :FakeRun

    # What its {Listing} enumerates.
    # @api private
    class FakeListing
      attr_reader :result

      # The block makes the list: a result with its cases.
      def initialize(&list)
        @list = list
      end

      def each
        list = @list.call
        list.cases.to_a.each { |state| yield Testing.result(:ok, case_id: state[:id], case: state) }
        @result = list
      end
    end
    private_constant :FakeListing
  end
end
