# frozen_string_literal: true

# Cancels cases side by side from Ruby, by threads that keep a connection each, and says what that costs.
#
#     batch.rb BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]
#
# As batch_multi.c, which see.

require "json"
require "net/http"
require_relative "cost"

def connect(address, authority)
  http = Net::HTTP.new(address.host, address.port, nil)
  http.use_ssl = address.scheme == "https"
  http.ca_file = authority if authority
  http.keep_alive_timeout = http.read_timeout = http.open_timeout = Cost::TIMEOUT_SECONDS
  http.start
end

def cancel(http, number)
  answer = http.request(Net::HTTP::Post.new("/case/id/#{Cost.case_id(number)}/cancel", Cost::HEADERS))
  raise "HTTP #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)
end

def cancel_all(base_url, count, side_by_side, authority)
  numbers = Queue.new
  count.times { |number| numbers << number }
  numbers.close
  threads = Array.new(side_by_side) do
    Thread.new do
      Thread.current.report_on_exception = false
      http = connect(URI(base_url), authority)
      while (number = numbers.pop)
        cancel(http, number)
      end
    end
  end
  threads.each(&:join)
end

base_url, count, side_by_side, authority = ARGV
abort "usage: batch.rb BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]" unless side_by_side
before = Cost.spent
cancel_all(base_url, Integer(count), Integer(side_by_side), authority)
puts Cost.of_each("net/http", before, Cost.spent, Integer(count), Integer(count)).to_json
