# frozen_string_literal: true

require_relative "helper"
require_relative "scheduler"

# Under a Fiber scheduler a call lets other fibers run.
class FiberTest < SandboxTest
  FIBERS = 8

  def setup
    super
    skip "Ruby #{RUBY_VERSION} has no Fiber scheduler" unless Fiber.respond_to?(:set_scheduler)
    sandbox.fault(kind: "slow", delay_ms: 200, on: "any", effect: true)
  end

  # Each of the fibers waits 200 ms; all together, not one after another.
  {
    cancel: ->(client, id) { client.cancel(id).outcome },
    status: ->(client, id) { client.status(id).outcome },
    check: ->(client, _) { client.check.outcome },
    cancel_many: ->(client, id) { client.cancel_many([id]).map(&:outcome).first }
  }.each do |name, call|
    define_method("test_#{name}") do
      client = self.client
      outcomes, ticks, seconds = in_fibers { |number| call[client, Sandbox.many_id(number)] }
      assert_equal FIBERS, outcomes.count(%i[status check].include?(name) ? :ok : :canceled)
      assert_operator seconds, :<, 0.2 * FIBERS / 2
      assert_operator ticks, :>, 10
    end
  end

  def test_more_fibers_than_connections
    client = self.client(max_connections: 4)
    outcomes, = in_fibers { |number| client.cancel(Sandbox.many_id(number)).outcome }
    assert_equal [:canceled] * FIBERS, outcomes
  end

  private

  def in_fibers
    outcomes = []
    ticks = 0
    began = now
    Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      FIBERS.times { |number| Fiber.schedule { outcomes << yield(number + 1) } }
      Fiber.schedule do
        until outcomes.size == FIBERS || now - began > 10
          ticks += 1
          sleep 0.005
        end
      end
    end.join
    [outcomes, ticks, now - began]
  end
end
