# frozen_string_literal: true

# What a stretch of a program's work costs, counted and reported as cost.c does.
module Cost
  TOKEN = "header.payload.signature"
  TIMEOUT_SECONDS = 30
  HEADERS = {
    "User-Agent" => "kcase/1.2.0",
    "Authorization" => "Bearer #{TOKEN}",
    "Accept" => "application/json"
  }.freeze

  module_function

  def case_id(number)
    format("e074241e-36e8-444b-bf55-%012x", number)
  end

  # Microseconds: user, system, and the clock on the wall.
  def spent
    times = Process.times
    [times.utime * 1e6, times.stime * 1e6, Process.clock_gettime(Process::CLOCK_MONOTONIC) * 1e6]
  end

  def of_each(name, before, after, cancels, requests)
    user, system, wall = before.zip(after).map { |soon, late| ((late - soon) / cancels).round(3) }
    { mode: name, cancels: cancels, requests: requests, cpu_us: (user + system).round(3), user_us: user,
      system_us: system, wall_us: wall }
  end
end
