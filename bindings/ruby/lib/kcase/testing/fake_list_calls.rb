# frozen_string_literal: true

require_relative "../call_options"
require_relative "../listing"
require_relative "fake_runs"
require_relative "fake_service"

module KCase
  module Testing
    # What a {FakeClient} does with the list of the cases that it was given.
    module FakeListCalls
      # How many cases a result has, unless it is told otherwise.
      LIMIT = 1_000
      private_constant :LIMIT

      # (see ListCalls#list)
      def list(**filter)
        CallOptions.check(filter, CallOptions::FILTERS)
        answer(:list, nil, filter) { listed(filter, filter[:limit] || LIMIT) }
      end

      # (see ListCalls#listing)
      def listing(**filter, &block)
        CallOptions.check(filter, CallOptions::FILTERS)
        whole = FakeListing.new { answer(:listing, nil, filter) { listed(filter, nil) } }
        enumerate(Listing.new(whole), &block)
      end

      # (see ListCalls#cancel_found)
      def cancel_found(**given)
        CallOptions.check(given, CallOptions::FOUND + CallOptions::NAMES)
        wrong = wrong_key(given)
        case_ids = wrong ? [] : @service.find(given)
        answer(:cancel_found, (case_ids.first if case_ids.size == 1 && !given[:all]), given) do
          wrong ? Testing.result(:invalid, message: wrong) : cancel_those(case_ids, given)
        end
      end

      private

      def listed(filter, limit)
        wrong = blank_criterion(filter)
        return Testing.result(:invalid, message: wrong) if wrong

        found = @service.find(filter)
        shown = limit ? found.first(limit) : found
        Testing.result(
          :ok, message: "The list of cases was read to its end.", cases: states(shown, filter),
               listing: { seen: @service.list(filter[:archived]).size, found: found.size,
                          truncated: shown.size < found.size }
        )
      end

      def states(case_ids, options)
        case_ids.map { |case_id| @service.state(case_id, personal_data: options[:personal_data]) }
      end

      # An empty value never means every case.
      def blank_criterion(filter)
        blank = filter.slice(*FakeService::CRITERIA).find { |_, wanted| wanted.to_s.strip.empty? }
        "#{blank.first}: must be a text that is not blank" if blank
      end

      def wrong_key(given)
        return "one key is required, and only one" unless given.slice(*FakeService::CRITERIA).size == 1
        return "all and expected go together" if (given[:all] == true) == given[:expected].nil?

        blank_criterion(given)
      end

      def cancel_those(case_ids, given)
        if case_ids.empty?
          return Testing.result(:not_found, settled: false, http_status: 200, evidence: :response)
        end
        if case_ids.size != (given[:expected] || 1)
          return Testing.result(:refused, reason: :ambiguous, cases: states(case_ids, given))
        end

        results = case_ids.map { |case_id| @service.cancel(case_id) }
        of_all(results).merge(cases: case_ids.zip(results).map { |tried| claim_of(*tried) })
      end

      # What can be said of all of them at once.
      def of_all(results)
        by_claim = results.group_by { |result| [result.outcome, result.reason] }
        by_claim.delete([:already_canceled, nil]) if by_claim.key?([:canceled, nil])
        by_claim.size == 1 ? by_claim.values.first.last.to_h : Testing.result(:unknown, reason: :partial).to_h
      end

      def claim_of(case_id, result)
        members = result.to_h.slice(:settled, :retriable, :message)
        { id: case_id, outcome: result.outcome.to_s, reason: result.reason&.to_s, **members }
      end
    end
    private_constant :FakeListCalls
  end
end
