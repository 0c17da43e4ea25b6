# frozen_string_literal: true

require_relative "helper"
require "sidekiq"

Redis.silence_deprecations = true # Sidekiq's own

# Sidekiq on a real Redis, its processes killed at random.
class SidekiqTest < RecipeTest
  WORKERS = 2

  def setup
    super
    socket = File.join(@folder, "redis")
    start("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no",
          "--dir", @folder)
    @redis = Redis.new(path: socket)
    eventually { File.socket?(socket) && @redis.ping == "PONG" }
    @env = { "REDIS_URL" => "unix://#{socket}" }
    Sidekiq.redis = { url: @env["REDIS_URL"] }
    require_relative "../sidekiq/cases_to_cancel"
    require_relative "../sidekiq/cancel_case_job"
  end

  def start_worker
    program = Gem.bin_path("sidekiq", "sidekiq")
    # Retries are soon, so that the test is short.
    soon = File.join(@folder, "soon.rb")
    File.write(soon, "require #{File.join(HERE, "sidekiq/boot.rb").inspect}\n" \
                     "CancelCaseJob.first_retry_seconds = Hash.new(1)\n" \
                     "Sidekiq.options[:poll_interval_average] = 1\n")
    start(RbConfig.ruby, program, "-r", soon, "-q", "cases", "-c", "5", "-t", "2", env: @env, name: "sidekiq")
  end

  def test_every_case_is_canceled_once_whatever_is_killed
    case_ids.each { |id| CasesToCancel.add(id) }
    workers = Array.new(WORKERS) { start_worker }
    killed = 0
    limit = now + SECONDS_MAX
    until @redis.scard(CasesToCancel::OPEN).zero?
      flunk "cases are left after #{SECONDS_MAX} s\n#{logs}" if now > limit
      sleep 1 + @random.rand
      stop(workers.delete_at(@random.rand(workers.size)))
      workers << start_worker
      killed += 1
    end
    assert_operator killed, :>, 2
    outcomes = @redis.hgetall(CasesToCancel::OUTCOMES)
    assert_equal case_ids, outcomes.keys.sort
    assert_empty outcomes.values.uniq - %w[canceled already_canceled]
    assert_each_case_canceled_once
    assert_the_journal_has_every_case
  end

  # What is no success is recorded for a person, and not tried again.
  def test_what_a_retry_would_not_change
    id = KCase::Testing::Sandbox.case_id(7)
    CasesToCancel.add(id)
    start_worker
    eventually { !@redis.hget(CasesToCancel::OUTCOMES, id).nil? }
    assert_match(/\Afor a person: refused: /, @redis.hget(CasesToCancel::OUTCOMES, id))
    assert_equal 0, @redis.zcard("retry")
  end
end
