# frozen_string_literal: true

require_relative "../result"

module KCase
  module Testing
    # Makes results as the library does.
    # @api private
    module Results
      # What goes with an outcome and a reason: settled, retriable, http_status, evidence. The first reason of
      # an outcome is the usual one.
      FLAGS = {
        ok: { nil => [true, false, 200, :response] },
        canceled: { nil => [true, false, 200, :response] },
        already_canceled: { nil => [true, false, 422, :read_back] },
        refused: {
          already_started: [true, false, 422, :read_back], unable: [false, false, 422, :read_back],
          other: [false, true, 409, :read_back], ambiguous: [false, false, 200, :response]
        },
        not_found: { nil => [true, false, 404, :read_back] },
        denied: {
          unauthorized: [false, false, 401, :response], forbidden: [false, false, 403, :response],
          credentials: [false, false, 403, :response], signature: [false, false, nil, :response],
          timestamp: [false, false, nil, :response]
        },
        failed: {
          server_error: [false, true, 500, :read_back], busy: [false, true, 429, :read_back],
          rejected: [false, false, 405, :read_back], redirected: [false, false, 302, :read_back],
          blocked: [false, true, 403, :read_back], not_the_service: [false, true, 404, :response]
        },
        not_sent: {
          connect: [false, true, nil, :none], name_lookup: [false, true, nil, :none],
          tls: [false, true, nil, :none], proxy: [false, true, nil, :none], local: [false, true, nil, :none],
          authentication: [false, true, nil, :none], deadline: [false, true, nil, :none],
          interrupted: [false, true, nil, :none], out_of_memory: [false, true, nil, :none],
          journal: [false, true, nil, :none]
        },
        unknown: {
          answer_lost: [false, true, nil, :none], unconfirmed: [false, true, nil, :none],
          contradictory: [false, true, 200, :none], unreadable: [false, true, 200, :none],
          deadline: [false, true, nil, :none], interrupted: [false, true, nil, :none],
          in_progress: [false, true, nil, :none], partial: [false, true, 200, :none]
        },
        invalid: { input: [true, false, nil, :none] }
      }.freeze

      # For people, as the library says it or nearly so.
      MESSAGES = {
        ok: "The case was read.", canceled: "The case is canceled.",
        already_canceled: "The case was already canceled.",
        refused: "Cannot cancel a case that has already started.",
        not_found: "The service knows no such case.", denied: "The service does not accept the credentials.",
        failed: "The request failed.", not_sent: "Nothing was sent.",
        unknown: "It is not known whether the case is canceled.", invalid: "The input is wrong."
      }.freeze

      def self.make(outcome, reason, members)
        reasons = FLAGS.fetch(outcome) { raise ArgumentError, "there is no outcome #{outcome.inspect}" }
        reason ||= reasons.keys.first
        flags = reasons.fetch(reason) do
          raise ArgumentError, "no result that is #{outcome} has the reason #{reason.inspect}"
        end
        unknown = members.keys - (Result::MEMBERS + Result::FURTHER_MEMBERS - %i[outcome reason])
        raise ArgumentError, "a result has no #{unknown.map(&:inspect).join(", ")}" if unknown.any?

        usual = %i[settled retriable http_status evidence].zip(flags).to_h.merge(message: MESSAGES[outcome])
        Result.new(ResultMembers.new({ **blank, **usual, outcome: outcome, reason: reason, **members }))
      end

      def self.blank
        Result::MEMBERS.to_h { |member| [member, nil] }
                       .merge(case_id: "case", environment: "custom", elapsed_ms: 0, attempts: [])
      end
      private_class_method :blank
    end
    private_constant :Results
  end
end
