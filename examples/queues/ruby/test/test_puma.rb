# frozen_string_literal: true

require_relative "helper"
require "json"
require "net/http"
require "socket"

# A cluster of Puma, its workers killed at random.
class PumaTest < RecipeTest
  CALLERS = 4

  def setup
    super
    @port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    env = { "PUMA_BIND" => "tcp://127.0.0.1:#{@port}", "WEB_CONCURRENCY" => "2" }
    files = %w[puma.rb config.ru].map { |name| File.join(HERE, "puma", name) }
    @puma = start(RbConfig.ruby, Gem.bin_path("puma", "puma"), "-C", *files, env: env, name: "puma")
    eventually { ask("none").first == 404 }
  end

  def ask(case_id)
    request = Net::HTTP::Post.new("/cases/#{case_id}/cancel")
    answer = Net::HTTP.start("127.0.0.1", @port, nil, read_timeout: 30) { |http| http.request(request) }
    [answer.code.to_i, JSON.parse(answer.body)["outcome"]]
  rescue SystemCallError, EOFError, Net::ReadTimeout, JSON::ParserError
    [0, nil]
  end

  # Asks until the case is canceled, as a caller does whose request went down with a worker.
  def cancel(case_id)
    100.times do
      status, outcome = ask(case_id)
      return outcome if status == 200

      sleep 0.1
    end
    nil
  end

  def workers
    File.read("/proc/#{@puma}/task/#{@puma}/children").split.map(&:to_i)
  end

  def kill_workers(killed)
    loop do
      sleep 0.5 + @random.rand
      worker = workers.sample(random: @random)
      next unless worker

      Process.kill("KILL", worker)
      killed << worker
    end
  end

  def test_every_case_is_canceled_once_whatever_is_killed
    queue = Queue.new
    case_ids.each { |id| queue << id }
    killed = []
    killer = Thread.new { kill_workers(killed) }
    outcomes = Array.new(CALLERS) { Thread.new { take(queue) } }.flat_map(&:value)
    killer.kill
    assert_operator killed.size, :>, 2
    assert_empty outcomes.uniq - %w[canceled already_canceled], logs
    assert_equal CASES, outcomes.size
    assert_each_case_canceled_once
    assert_the_journal_has_every_case
  end

  def test_other_outcomes_are_other_statuses
    @sandbox.reset
    assert_equal [409, "refused"], ask(KCase::Testing::Sandbox.case_id(7))
    assert_equal [404, "not_found"], ask(KCase::Testing::Sandbox.case_id(99))
    assert_equal [502, "denied"], ask(KCase::Testing::Sandbox.case_id(15))
  end

  private

  def take(queue)
    outcomes = []
    outcomes << cancel(queue.pop(true)) until queue.empty?
    outcomes
  rescue ThreadError # another caller was faster
    outcomes
  end
end
