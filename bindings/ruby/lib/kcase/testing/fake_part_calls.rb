# frozen_string_literal: true

require_relative "../call_options"
require_relative "fake_service"

module KCase
  module Testing
    # What a {FakeClient} does with a part of a case, and waiting for one.
    module FakePartCalls
      # The least certain first.
      CERTAINTY = %i[unknown failed denied not_found not_sent refused canceled already_canceled].freeze
      private_constant :CERTAINTY

      # (see PartCalls#cancel_services)
      def cancel_services(case_id, service_ids, **options)
        CallOptions.check(options, CallOptions::SERVICES)
        ids = service_ids.to_a
        answer(:cancel_services, case_id, { service_ids: ids, **options }) do
          ids.empty? || ids.uniq != ids ? Testing.result(:invalid) : services(case_id, ids)
        end
      end

      # (see PartCalls#cancel_search)
      def cancel_search(case_data_id, search_id, **options)
        CallOptions.check(options, CallOptions::GENERAL)
        answer(:cancel_search, case_data_id, { search_id: search_id, **options }) do
          @service.cancel_part(case_data_id, search_id).to_h.merge(search_id: search_id)
        end
      end

      # (see PartCalls#await)
      def await(case_id, **options)
        CallOptions.check(options, CallOptions::AWAIT)
        answer(:await, case_id, options) { awaited(case_id, options) }
      end

      private

      def services(case_id, ids)
        claims = ids.map { |id| @service.cancel_part(case_id, id) }
        least = claims.min_by { |claim| CERTAINTY.index(claim.outcome) }
        services = ids.zip(claims).map do |id, claim|
          { id: id, outcome: claim.outcome.to_s, evidence: claim.evidence.to_s }
        end
        { **least.to_h, settled: claims.all?(&:canceled?), services: services }
      end

      # Nothing comes of waiting: the case is in the state, or the time is over.
      def awaited(case_id, options)
        wanted = options[:until]
        state = @service.state(case_id, personal_data: options[:personal_data])
        case @service.in_state?(case_id, wanted)
        when true then Testing.result(:ok, case: state)
        when nil then Testing.result(:invalid, message: "until: canceled, started or finished")
        else
          return Testing.result(:already_canceled, http_status: 200, case: state) if state[:canceled]

          Testing.result(:unknown, reason: :deadline, http_status: 200, case: state)
        end
      end
    end
    private_constant :FakePartCalls
  end
end
