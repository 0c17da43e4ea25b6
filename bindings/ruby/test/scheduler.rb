# frozen_string_literal: true

require "io/wait"

# The smallest Fiber scheduler that will do: fibers wait for descriptors, for times and for each other.
class Scheduler
  def initialize
    @waiting = {} # fiber => [io, events, deadline]
    @blocked = {} # fiber => deadline
    @ready = Queue.new
    @wake_up, @waker = IO.pipe
  end

  def run
    until @waiting.empty? && @blocked.empty? && @ready.empty?
      resume_ready
      readable, writable = select
      @wake_up.read_nonblock(1_000) if readable.include?(@wake_up)
      resume_io(readable, writable)
      resume_late
    end
  end
  alias close run

  def fiber(&block)
    Fiber.new(blocking: false, &block).tap(&:resume)
  end

  def io_wait(io, events, timeout)
    @waiting[Fiber.current] = [io, events, deadline(timeout)]
    Fiber.yield
  end

  def kernel_sleep(duration = nil)
    block(:sleep, duration)
  end

  def block(_blocker, timeout = nil)
    @blocked[Fiber.current] = deadline(timeout)
    Fiber.yield
  end

  # From any thread.
  def unblock(_blocker, fiber)
    @ready << fiber
    @waker.write(".")
  end

  private

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def deadline(timeout)
    timeout ? now + timeout : Float::INFINITY
  end

  def select
    next_deadline = [*@waiting.values.map(&:last), *@blocked.values].min || Float::INFINITY
    timeout = @ready.empty? ? next_deadline - now : 0
    ios = @waiting.values
    readers = ios.select { |_, events,| events.anybits?(IO::READABLE) }.map(&:first)
    writers = ios.select { |_, events,| events.anybits?(IO::WRITABLE) }.map(&:first)
    IO.select([@wake_up, *readers], writers, nil, timeout.infinite? ? nil : [timeout, 0].max) || [[], []]
  end

  def resume_ready
    @ready.pop.then { |fiber| @blocked.delete(fiber) && fiber.resume(true) } until @ready.empty?
  end

  def resume_io(readable, writable)
    found = @waiting.select { |_, (io, _, _)| readable.include?(io) || writable.include?(io) }
    found.each do |fiber, (_, events, _)|
      @waiting.delete(fiber)
      fiber.resume(events)
    end
  end

  def resume_late
    late = @waiting.select { |_, (_, _, limit)| limit <= now }.keys
    late.each { |fiber| @waiting.delete(fiber) && fiber.resume(false) }
    late = @blocked.select { |_, limit| limit <= now }.keys
    late.each { |fiber| @blocked.delete(fiber) && fiber.resume(false) }
  end
end
