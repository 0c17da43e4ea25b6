# frozen_string_literal: true

# What Sidekiq is started with: sidekiq -r ./boot.rb -q cases

require "kcase"
require "sidekiq"
require_relative "cases_to_cancel"
require_relative "cancel_case_job"

# As many connections as there are threads that cancel.
CancelCaseJob.client = KCase::Client.from_env(
  max_connections: Integer(ENV.fetch("RAILS_MAX_THREADS", "10")),
  timeout_ms: 20_000, # below Sidekiq's -t, 25 seconds: so a deploy interrupts no call
  logger: Sidekiq.logger
)

Sidekiq.configure_server do |config|
  config.on(:startup) do
    # Cancels that a killed process had begun: its journal knows them. Each is read before anything is sent.
    CancelCaseJob.client.resume { |result| CancelCaseJob.record(result) } if ENV.key?("KCASE_JOURNAL")
    # Cases whose jobs went down with a worker. In your program: from a clock, too, every few minutes.
    CasesToCancel.sweep
  end
  config.on(:shutdown) { CancelCaseJob.client.close }
end
