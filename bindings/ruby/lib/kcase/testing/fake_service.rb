# frozen_string_literal: true

require "time"
require_relative "../result"

module KCase
  module Testing
    # What a {FakeClient} has in place of the service: what it was told of cases, and which are canceled.
    # @api private
    class FakeService
      # Each criterion that is a text, and what the service calls it.
      MEMBERS = {
        api_tracking_code: :apiTrackingCode, api_tracking_user: :apiTrackingUser,
        candidate_email: :candidateEmail, invitation_email: :invitationEmail, case_status: :caseStatus,
        secondary_status: :secondaryStatus, result: :resultType
      }.freeze
      # What is compared without regard to the letter case.
      ADDRESSES = %i[candidate_email invitation_email].freeze
      CRITERIA = (MEMBERS.keys + %i[ordered_before ordered_after cancelable]).freeze
      # What the library gives only where it is asked for.
      PERSONAL = %i[
        candidateId candidateEmail candidateGivenName candidateFamilyName invitationEmail invitationGivenName
        invitationFamilyName apiTrackingUser
      ].freeze
      FINISHED = %w[Complete Adjudicated].freeze

      # The ids of the cases that are canceled, in the order in which they were.
      attr_reader :canceled

      def initialize(answers, cases)
        @answers = answers.transform_values { |given| given.is_a?(Array) ? given.dup : [given] }
        @cases = cases.to_h { |state| [state.fetch(:id), state] }
        @canceled = @cases.values.select { |state| state[:canceled] }.map { |state| state[:id] }
        @canceled_parts = []
      end

      # What a cancel of a case gives now.
      def cancel(case_id)
        claim(case_id, @canceled)
      end

      # What one of a part of a case gives: of a service or a search.
      def cancel_part(case_id, part_id)
        return Testing.result(:already_canceled) if @canceled.include?(case_id)

        claim([case_id, part_id], @canceled_parts)
      end

      # A case as a reading shows it.
      def state(case_id, personal_data: false)
        state = { canceled: @canceled.include?(case_id), id: case_id, **@cases.fetch(case_id, {}) }
        state[:secondaryStatus] = "Canceled" if (state[:canceled] = @canceled.include?(case_id))
        personal_data ? state : state.reject { |member, _| PERSONAL.include?(member) }
      end

      # Whether it is canceled, started or finished.
      def in_state?(case_id, wanted)
        state = state(case_id)
        case wanted
        when "canceled" then state[:canceled]
        when "started" then !state[:beginProcessingStamp].nil?
        when "finished" then state[:canceled] || FINISHED.include?(state[:caseStatus])
        end
      end

      # The cases of the service's list.
      def list(archived)
        cases = @cases.keys.map { |case_id| state(case_id, personal_data: true) }
        archived ? cases : cases.reject { |state| state[:archived] == 1 }
      end

      # The ids of those that meet every criterion.
      def find(filter)
        criteria = filter.slice(*CRITERIA)
        found = list(filter[:archived]).select do |state|
          criteria.all? { |criterion, wanted| met?(criterion, wanted, state) }
        end
        found.map { |state| state[:id] }
      end

      private

      def claim(key, canceled)
        given = told(key) || (canceled.include?(key) ? :already_canceled : :canceled)
        given = Testing.result(given) unless given.is_a?(Result)
        canceled << key if given.canceled? && !canceled.include?(key)
        given
      end

      def told(key)
        answers = @answers.fetch(key, [])
        answers.size > 1 ? answers.shift : answers.first
      end

      def met?(criterion, wanted, state)
        case criterion
        when :ordered_before then ordered(state) < moment(wanted)
        when :ordered_after then ordered(state) >= moment(wanted)
        when :cancelable then likely_cancelable?(state)
        when *ADDRESSES then state[MEMBERS[criterion]].to_s.casecmp?(wanted)
        else (state[MEMBERS[criterion]] || "none") == wanted
        end
      end

      def ordered(state)
        moment(state.fetch(:orderedStamp))
      end

      def moment(text)
        Time.iso8601(text.include?("T") ? text : "#{text}T00:00:00Z")
      end

      def likely_cancelable?(state)
        !state[:canceled] && !FINISHED.include?(state[:caseStatus]) &&
          !state[:beginProcessingStamp] && !state[:adverseActionStatusName]
      end
    end
    private_constant :FakeService
  end
end
