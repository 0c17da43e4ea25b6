# frozen_string_literal: true

require_relative "app"

run CancelApp.new(KCase::Client.from_env(max_connections: 5, timeout_ms: 20_000))
