# frozen_string_literal: true

# A cluster whose workers share what was loaded before they were forked, the client among it.
workers Integer(ENV.fetch("WEB_CONCURRENCY", "2"))
threads 5, 5
preload_app!
bind ENV.fetch("PUMA_BIND", "tcp://127.0.0.1:9292")
# Longer than a call may take.
worker_timeout 60
