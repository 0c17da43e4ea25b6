# frozen_string_literal: true

require_relative "helper"

class ConcurrencyTest < SandboxTest
  THREADS = 8
  CANCELS = 2_000
  WORKERS = 4

  def test_eight_threads_with_two_thousand_cancels_each
    client = self.client
    ids = many_ids(THREADS * CANCELS)
    threads = ids.each_slice(CANCELS).map do |share|
      Thread.new { share.map { |id| client.cancel(id).outcome }.tally }
    end
    assert_equal [{ canceled: CANCELS }] * THREADS, threads.map(&:value)
    totals = sandbox.totals
    assert_equal ids.size, totals[:cancels_applied]
    assert_equal ids.size, totals[:cancel_requests]
    assert_empty client.unclaimed
  end

  def test_all_kinds_of_calls_at_once
    client = self.client
    threads = Array.new(THREADS) do |number|
      Thread.new do
        Array.new(100) do |turn|
          case (number + turn) % 4
          when 0 then client.cancel(id(7)).outcome
          when 1 then client.status(id(7)).outcome
          when 2 then client.check.outcome
          else client.cancel_many([id(7)] * 3).map(&:outcome).uniq
          end
        end
      end
    end
    tally = threads.flat_map(&:value).tally
    assert_equal({ refused: 200, ok: 400, [:refused] => 200 }, tally)
  end

  # As Puma and Unicorn do with preloading: the client is made, and used, before the workers are forked.
  def test_four_workers_after_preloading
    client = self.client
    assert_predicate client.cancel(id(1)), :canceled?
    assert_predicate client.status(id(1)), :ok?
    assert_equal [:canceled], client.cancel_many([id(2)]).map(&:outcome)
    busy = Thread.new { client.cancel_many(many_ids(2_000)).count(&:success?) }
    results = in_workers do |number|
      ids = (1..500).map { |turn| Sandbox.many_id((10_000 * number) + turn) }
      single = ids.first(250).map { |id| client.cancel(id).outcome }
      threads = Array.new(4) { Thread.new { client.check.outcome } }.map(&:value)
      many = client.cancel_many(ids.last(250)).map(&:outcome)
      (single + many).tally.merge(check: threads.tally, status: client.status(ids.first).case[:canceled])
    end
    assert_equal [{ canceled: 500, check: { ok: 4 }, status: true }] * WORKERS, results
    assert_equal 2_000, busy.value
    assert_equal 2_000 + 2 + (WORKERS * 500), sandbox.totals[:cancels_applied]
    assert_predicate client.cancel(id(3)), :canceled?
  end

  # A thread of the parent uses the only batch of the pool; the child has a pool of its own.
  def test_a_fork_while_every_connection_is_in_use
    sandbox.fault(kind: "slow", delay_ms: 300, on: "cancel", case_id: id(1), effect: true)
    client = self.client(max_connections: 1)
    busy = Thread.new { client.cancel(id(1)) }
    sleep 0.1
    assert_equal [:canceled] * WORKERS, in_workers { |number| client.cancel(Sandbox.many_id(number)).outcome }
    assert_predicate busy.value, :canceled?
    client.close
  end

  def test_a_batch_is_of_no_use_in_a_child
    client = self.client
    reader, writer = IO.pipe
    client.cancel_many(many_ids(100), max_in_flight: 2).each_with_index do |_, index|
      next unless index == 10

      child = fork do
        reader.close
        batch = client.cancel_many(many_ids(3))
        writer.write(batch.count(&:success?))
        exit!(0)
      end
      Process.wait(child)
    end
    writer.close
    assert_equal "3", reader.read
    assert_equal 100, sandbox.totals[:cancels_applied]
  end

  def test_nothing_is_left_behind
    outcome, error, = ruby(<<~RUBY)
      require "socket"
      require "timeout"
      SILENT = TCPServer.new("127.0.0.1", 0)
      memory = -> { File.read("/proc/self/status")[/VmRSS:\\s+(\\d+)/, 1].to_i }
      files = -> { Dir.children("/proc/self/fd").size }
      id = "#{Sandbox.case_id(7)}"
      work = proc do
        KCase::Client.open(base_url: ENV["SANDBOX"], token: "sandbox-token") do |client|
          50.times { client.cancel(id).to_h }
          3.times { client.status(id).to_h }
          client.cancel_many([id] * 20).to_a
          client.cancel_many([id] * 20).first
          begin
            client.cancel(1)
          rescue TypeError
            nil
          end
        end
        KCase::Client.new(base_url: ENV["SANDBOX"], token: "sandbox-token").cancel(id)
        silent = KCase::Client.new(base_url: "http://127.0.0.1:\#{SILENT.addr[1]}", token: "t")
        %i[cancel status].each do |call|
          Timeout.timeout(0.002) { silent.public_send(call, id) }
        rescue Timeout::Error
          nil
        end
        begin
          KCase::Client.new(environment: "nowhere")
        rescue KCase::InvalidInput
          nil
        end
      end
      measure = lambda do
        3.times { GC.start }
        [memory.call, files.call]
      end
      60.times(&work)
      before = measure.call
      150.times(&work)
      after = measure.call
      puts after[0] - before[0], after[1] - before[1], Thread.list.size
    RUBY
    grown, files, threads = outcome.split.map(&:to_i)
    refute_nil threads, error
    assert_operator grown, :<, 4_000, "KB"
    assert_operator files, :<=, 6
    assert_operator threads, :<=, 2
  end

  private

  # What the block gives in each of four children.
  def in_workers
    pipes = Array.new(WORKERS) do |number|
      reader, writer = IO.pipe
      child = fork do
        reader.close
        writer.write(Marshal.dump(yield(number + 1)))
        writer.close
        exit!(0)
      end
      writer.close
      [child, reader]
    end
    pipes.map do |child, reader|
      value = Marshal.load(reader.read) # rubocop:disable Security/MarshalLoad
      Process.wait(child)
      value
    end
  end
end
