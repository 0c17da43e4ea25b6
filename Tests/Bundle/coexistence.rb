# A Ruby host that has Ruby's own openssl loaded, too: both work at once, and the process ends well.
#
#     ruby coexistence.rb SERVER-URL AUTHORITIES LIBKCASE NAME...
#
# The names, kcase and openssl, are loaded in their order. Prints how often each was used.
require "fiddle/import"
require "json"
require "net/http"

SECONDS = 2.0
URL, AUTHORITIES, LIBRARY, *NAMES = ARGV

def load_kcase
  kcase = Module.new do
    extend Fiddle::Importer
    dlload LIBRARY
    extern "void *kcase_client_new(const char *, void *)"
    extern "void *kcase_cancel(void *, const char *, const char *)"
    extern "int kcase_result_outcome(void *)"
    extern "void kcase_result_free(void *)"
  end
  client = kcase.kcase_client_new({ base_url: URL, token: "t", ca_file: AUTHORITIES }.to_json, nil)
  lambda do
    # A case of the thread's own: one client cancels a case once at a time.
    result = kcase.kcase_cancel(client, "case-#{Thread.current.object_id}", nil)
    raise "not canceled" unless kcase.kcase_result_outcome(result) == 1

    kcase.kcase_result_free(result)
  end
end

def load_openssl
  require "openssl"
  uri = URI("#{URL}/case/id/x/cancel")
  lambda do
    Net::HTTP.start(uri.host, uri.port, use_ssl: true, ca_file: AUTHORITIES) do |http|
      raise "no answer" unless http.post(uri.path, "").body == "{}"
    end
  end
end

users = NAMES.to_h { |name| [name, name == "kcase" ? load_kcase : load_openssl] }
counts = Hash.new(0)
threads = users.flat_map do |name, use|
  Array.new(2) do
    Thread.new do
      limit = Process.clock_gettime(Process::CLOCK_MONOTONIC) + SECONDS
      while Process.clock_gettime(Process::CLOCK_MONOTONIC) < limit
        use.call
        counts[name] += 1
      end
    end
  end
end
threads.each(&:join)
puts counts.to_json
