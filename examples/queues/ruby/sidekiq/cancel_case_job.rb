# frozen_string_literal: true

# Cancels one case. A result that a retry may change is raised: then Sidekiq tries again, later and later.
class CancelCaseJob
  include Sidekiq::Job

  sidekiq_options queue: "cases", retry: 20

  # How long until the next try, in seconds: by what is known of the case.
  FIRST_RETRY_SECONDS = { not_sent: 5, failed: 15, refused: 60, unknown: 60, denied: 300 }.freeze
  RETRY_SECONDS_MAX = 24 * 60 * 60

  class << self
    # One for all threads of the process. `KCase::Client` is safe to use in them.
    attr_accessor :client, :first_retry_seconds

    # Records what is final. Returns whether it is: a retry may change the rest.
    def record(result)
      case result
      in { outcome: :canceled | :already_canceled => outcome } then note = outcome.to_s
      in { outcome: :refused | :denied, settled: false } | { retriable: true } then return false
      else note = "for a person: #{result}"
      end
      CasesToCancel.close(result.case_id, note)
      true
    end
  end
  self.first_retry_seconds = FIRST_RETRY_SECONDS

  sidekiq_retry_in do |count, error|
    outcome = error.respond_to?(:result) && error.result ? error.result.outcome : :unknown
    [first_retry_seconds.fetch(outcome, 60) * (2**count), RETRY_SECONDS_MAX].min
  end

  sidekiq_retries_exhausted do |job, error|
    CasesToCancel.close(job["args"].first, "for a person: #{error.message}")
  end

  def perform(case_id)
    return unless CasesToCancel.open?(case_id)

    result = self.class.client.cancel(case_id, tag: jid)
    self.class.record(result) || raise(result)
  end
end
