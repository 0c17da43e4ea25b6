# frozen_string_literal: true

# The cases that are still to be canceled. Jobs get lost with the worker that is killed; this list does not.
# In your program it is a column in your database; here it is a set in Redis, beside a hash of outcomes.
module CasesToCancel
  OPEN = "cases:open"
  OUTCOMES = "cases:outcomes"

  module_function

  # Notes the case first: a job that gets lost then has left its case here.
  def add(case_id)
    redis { |connection| connection.sadd(OPEN, case_id) }
    CancelCaseJob.perform_async(case_id)
  end

  # Records what is final of a case, in one step.
  def close(case_id, outcome)
    redis do |connection|
      connection.multi do |transaction|
        transaction.hset(OUTCOMES, case_id, outcome)
        transaction.srem(OPEN, case_id)
      end
    end
  end

  def open?(case_id)
    redis { |connection| connection.sismember(OPEN, case_id) }
  end

  # Puts every open case into the queue again. That a job may be there already does no harm: to cancel a case
  # twice is to cancel it once.
  def sweep
    redis { |connection| connection.smembers(OPEN) }.each { |case_id| CancelCaseJob.perform_async(case_id) }
  end

  def redis(&block)
    Sidekiq.redis(&block)
  end
end
