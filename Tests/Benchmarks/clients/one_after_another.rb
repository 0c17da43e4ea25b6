# frozen_string_literal: true

# Cancels cases one after another from Ruby, and says what a cancel costs.
#
#     one_after_another.rb CLIENT BASE_URL COUNT|first [AUTHORITY]
#
# As one_after_another.c, which see. Each client is a lambda that cancels one case; what a client needs is
# required for that client alone, since a cold start pays for it.

require "json"
require_relative "cost"

WARM_UP_CANCELS = 50
KCASE_CANCELED = 1

# The library by fiddle, as in the README. KCASE_LIBRARY names the file.
def by_kcase(base_url, authority)
  require "fiddle/import"
  library = Module.new do
    extend Fiddle::Importer
    dlload ENV.fetch("KCASE_LIBRARY")
    extern "void *kcase_client_new(const char *, void *)"
    extern "void *kcase_cancel(void *, const char *, const char *)"
    extern "int kcase_result_outcome(void *)"
    extern "void kcase_result_free(void *)"
  end
  config = { base_url: base_url, token: Cost::TOKEN, ca_file: authority }
  client = library.kcase_client_new(config.to_json, nil)
  lambda do |case_id|
    result = library.kcase_cancel(client, case_id, nil)
    outcome = library.kcase_result_outcome(result)
    library.kcase_result_free(result)
    raise "outcome #{outcome}" unless outcome == KCASE_CANCELED
  end
end

# The gem. KCASE_LIBRARY names the library.
def by_gem(base_url, authority)
  require_relative "../../../bindings/ruby/lib/kcase"
  client = KCase::Client.new(base_url: base_url, token: Cost::TOKEN, ca_file: authority)
  ->(case_id) { client.cancel(case_id).canceled? or raise "not canceled" }
end

# The gem, with a member read that is not an accessor of the library's.
def by_gem_reason(base_url, authority)
  require_relative "../../../bindings/ruby/lib/kcase"
  client = KCase::Client.new(base_url: base_url, token: Cost::TOKEN, ca_file: authority)
  lambda do |case_id|
    result = client.cancel(case_id)
    result.canceled? && result.reason.nil? or raise "not canceled"
  end
end

def by_net_http(base_url, authority)
  require "net/http"
  address = URI(base_url)
  http = Net::HTTP.new(address.host, address.port, nil)
  http.use_ssl = address.scheme == "https"
  http.ca_file = authority if authority
  http.keep_alive_timeout = http.read_timeout = http.open_timeout = Cost::TIMEOUT_SECONDS
  http.start
  lambda do |case_id|
    answer = http.request(Net::HTTP::Post.new("/case/id/#{case_id}/cancel", Cost::HEADERS))
    raise "HTTP #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)
  end
end

CLIENTS = {
  "kcase" => method(:by_kcase), "gem" => method(:by_gem), "gem-reason" => method(:by_gem_reason),
  "net/http" => method(:by_net_http)
}.freeze

def cancel_cases(cancel, first, count)
  first.upto(first + count - 1) { |number| cancel.call(Cost.case_id(number)) }
end

def measure_each(name, cancel, count)
  cancel_cases(cancel, 0, WARM_UP_CANCELS)
  before = Cost.spent
  cancel_cases(cancel, WARM_UP_CANCELS, count)
  Cost.of_each(name, before, Cost.spent, count, count + WARM_UP_CANCELS)
end

def measure_first(name, cancel)
  cancel_cases(cancel, 0, 1)
  user, system, wall = Cost.spent
  { mode: name, answered_at_us: wall.round, cpu_us: (user + system).round }
end

name, base_url, count, authority = ARGV
usage = "usage: one_after_another.rb #{CLIENTS.keys.join("|")} BASE_URL COUNT|first [AUTHORITY]"
abort usage unless CLIENTS.key?(name) && count
cancel = CLIENTS[name].call(base_url, authority)
puts (count == "first" ? measure_first(name, cancel) : measure_each(name, cancel, Integer(count))).to_json
