# frozen_string_literal: true

require "minitest"
require_relative "../testing"

module KCase
  module Testing
    # For test classes of Minitest: +include KCase::Testing::Minitest+.
    #
    # While its tests run, no client is made that could reach another machine.
    #
    # @example
    #   class OffboardingTest < Minitest::Test
    #     include KCase::Testing::Minitest
    #
    #     def test_a_case_that_has_started
    #       client = kcase_fake("row 7" => :refused)
    #       assert_outcome :refused, client.cancel("row 7"), reason: :already_started
    #     end
    #
    #     def test_an_answer_that_is_lost
    #       kcase_sandbox.fault(kind: "reset_before", on: "cancel", effect: "before", times: 1)
    #       KCase::Client.open(**kcase_sandbox.config) do |client|
    #         assert_canceled client.cancel(kcase_sandbox.case_id(1))
    #       end
    #     end
    #   end
    module Minitest
      # One sandbox for all tests of the process, which is ended with them.
      # @api private
      def self.sandbox
        @sandbox ||= Sandbox.start(cases: 1_000).tap { |sandbox| ::Minitest.after_run { sandbox.close } }
      end

      # @api private
      def before_setup
        super
        Testing.forbid_network
      end

      # @api private
      def after_teardown
        Testing.allow_network
        super
      end

      # A sandbox as it is at the start, with 1,000 more cases.
      # @return [Sandbox]
      def kcase_sandbox
        @kcase_sandbox ||= Minitest.sandbox.tap(&:reset)
      end

      # @param (see FakeClient#initialize)
      # @return [FakeClient]
      def kcase_fake(answers = {}, **keywords)
        FakeClient.new(answers, **keywords)
      end

      # @param outcome [Symbol]
      # @param result [Result]
      # @param reason [Symbol, nil] nil: any
      def assert_outcome(outcome, result, reason: nil)
        assert_kind_of Result, result
        assert_equal outcome, result.outcome, result.inspect
        assert_equal reason, result.reason, result.inspect if reason
      end

      # That a result says that the case is canceled.
      # @param result [Result]
      def assert_canceled(result)
        assert result.canceled?, "#{result.inspect} does not say that the case is canceled"
      end

      # That it does not say so.
      # @param result [Result]
      def refute_canceled(result)
        refute result.canceled?, "#{result.inspect} says that the case is canceled"
      end
    end
  end
end
