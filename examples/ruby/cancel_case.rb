#!/usr/bin/env ruby
# frozen_string_literal: true

# Cancels KarmaCheck cases; says what happened to each and what to do next.
#
#     KCASE_ENVIRONMENT=stage KCASE_TOKEN=... ./cancel_case.rb e074241e-36e8-444b-bf55-bb4dad6d3f3d
#
# Needs nothing but Ruby 2.7 and libkcase.so.1. It shows how the C interface is called from Ruby with
# fiddle, and how a host handles each outcome.
#
# SPDX-License-Identifier: Apache-2.0

require "fiddle/import"
require "json"

# The library. No other module uses fiddle.
module KCase
  Invalid = Class.new(StandardError)

  # The C functions, as include/kcase.h declares them. A handle is a void pointer, an int32_t an int.
  module C
    extend Fiddle::Importer

    PROTOTYPES = [
      "void *kcase_client_new(const char *, void **)",
      "void kcase_client_free(void *)",
      "void kcase_client_interrupt(void *)",
      "void *kcase_cancel(void *, const char *, const char *)",
      "int kcase_result_outcome(void *)",
      "const char *kcase_outcome_name(int)",
      "int kcase_result_is_settled(void *)",
      "int kcase_result_is_retriable(void *)",
      "const char *kcase_result_message(void *)",
      "const char *kcase_result_json(void *)",
      "void kcase_result_free(void *)"
    ].freeze

    # Loads the library: the one that KCASE_LIBRARY names, else the checkout's, else the system's.
    def self.load
      return if @loaded

      built = File.expand_path("../../build/lib/libkcase.so.1", __dir__)
      dlload ENV.fetch("KCASE_LIBRARY") { File.exist?(built) ? built : "libkcase.so.1" }
      PROTOTYPES.each { |prototype| extern prototype }
      @loaded = true
    rescue Fiddle::DLError => e
      raise LoadError, "the library cannot be loaded: #{e.message}"
    end

    # Text as C takes it. C would read a text only up to its first NUL, and the beginning of a case id may
    # be the id of another case: so a NUL is refused here. The bytes pass as they are: the library refuses
    # what is not UTF-8 and says so.
    def self.text(value)
      raise TypeError, "must be a String, not #{value.class}" unless value.is_a?(String)

      bytes = value.b
      raise ArgumentError, "must not hold a NUL character" if bytes.include?("\0")

      bytes << "\0"
    end

    # A Ruby String from C's text: a copy.
    def self.string(pointer)
      pointer.to_s.force_encoding(Encoding::UTF_8)
    end
  end

  # What a call found out: a copy, which needs the library no more.
  Result = Struct.new(:outcome, :message, :settled, :retriable, :details, keyword_init: true) do
    # Copies the library's result and frees it, whatever happens.
    def self.take(handle)
      new(
        outcome: C.string(C.kcase_outcome_name(C.kcase_result_outcome(handle))),
        message: C.string(C.kcase_result_message(handle)),
        settled: C.kcase_result_is_settled(handle) == 1,
        retriable: C.kcase_result_is_retriable(handle) == 1,
        details: JSON.parse(C.string(C.kcase_result_json(handle)))
      )
    ensure
      C.kcase_result_free(handle)
    end
  end

  # A client of the service. Any thread may use it; close it after the last call has returned.
  class Client
    # Makes a client, yields it and closes it.
    def self.open(config)
      client = new(config)
      begin
        yield client
      ensure
        client.close
      end
    end

    # Raises Invalid, with the library's message, for a configuration that is not valid.
    def initialize(config)
      C.load
      error = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
      @handle = C.kcase_client_new(C.text(JSON.generate(config)), error)
      raise Invalid, Result.take(error.ptr).message if @handle.null?
    end

    def cancel(case_id)
      Result.take(C.kcase_cancel(@handle, C.text(case_id), nil))
    end

    # Ends the calls that are under way: they return at once with what is known.
    def interrupt
      C.kcase_client_interrupt(@handle)
    end

    # The handle is forgotten before it is freed: the library accepts NULL, but not a dead pointer.
    def close
      handle = @handle
      @handle = nil
      C.kcase_client_free(handle)
    end
  end
end

# The program.
module CancelCase
  HELP = <<~TEXT
    usage: cancel_case CASE_ID...

    Cancels KarmaCheck cases, and says of each:

      outcome           case id                               what to do next
          what happened (the reason; what the outcome rests on; HTTP requests made)

    The configuration comes from environment variables, since anybody on the machine
    can read a command line:

      KCASE_ENVIRONMENT           stage or production; or
      KCASE_BASE_URL              the address of another server, for tests
      KCASE_TOKEN                 a token; or
      KCASE_API_KEY and
      KCASE_CLIENT_ACCESS_TOKEN   the pair that a token is made from

    Exit code, the greatest that fits:

      0  every case is canceled
      1  a case is not canceled: refused, not_found, denied, failed
      2  a case is left open: not_sent, unknown; run the same command again
      3  the command line, the configuration or a case id is wrong
  TEXT

  # Exit codes, from best to worst: of several cases, the greatest counts.
  CANCELED, NOT_CANCELED, TRY_AGAIN, INVALID = *0..3

  module_function

  def main(arguments)
    arguments.each do |argument|
      if argument == "--help"
        print HELP
        return CANCELED
      elsif argument.start_with?("-")
        warn "cancel_case: there is no option but --help"
        return INVALID
      end
    end
    if arguments.empty?
      warn "usage: cancel_case CASE_ID... (--help explains)"
      return INVALID
    end
    KCase::Client.open(configuration) { |client| cancel_all(client, arguments) }
  rescue KCase::Invalid => e
    warn "cancel_case: #{e.message}"
    warn "cancel_case: the configuration is in KCASE_* variables; --help lists them"
    INVALID
  rescue LoadError => e
    warn "cancel_case: #{e.message}"
    INVALID
  end

  # Every variable that is set; which of them go together is for the library to say.
  def configuration
    %w[environment base_url token api_key client_access_token].each_with_object({}) do |key, config|
      variable = "KCASE_#{key.upcase}"
      value = ENV[variable]&.dup&.force_encoding(Encoding::UTF_8)
      next if value.nil?
      raise KCase::Invalid, "#{variable}: is not valid UTF-8" unless value.valid_encoding?

      config[key] = value
    end
  end

  def cancel_all(client, case_ids)
    stopping = false
    %w[INT TERM].each do |signal|
      trap(signal) do
        stopping = true
        client.interrupt
      end
    end

    code = CANCELED
    tried = 0
    case_ids.each do |case_id|
      break if stopping

      tried += 1
      # Ruby runs signal handlers on the main thread, and not while that is inside a C function. So the call
      # is made on another one: Ctrl-C then ends it at once, and the result is still reported.
      result = Thread.new { client.cancel(case_id) }.value
      one, next_step = decide(result)
      code = [code, one].max
      say report(case_id, result, next_step)
    end
    return code if tried == case_ids.size

    warn "cancel_case: stopped by a signal; cases not tried: #{case_ids.size - tried}"
    [code, TRY_AGAIN].max
  rescue SystemCallError => e
    warn "cancel_case: standard output: #{SystemCallError.new(e.errno).message}"
    TRY_AGAIN
  end

  # The main decision of a host: what each outcome means, as an exit code and a next step.
  def decide(result)
    keep = result.retriable ? "Keep it and try again later." : "Keep it and have a person look."
    case result.outcome
    when "canceled", "already_canceled"
      [CANCELED, "Done."]
    when "refused" # one that is not settled may be for now only
      [NOT_CANCELED, result.settled ? "Tell a person: the case goes on." : keep]
    when "not_found"
      [NOT_CANCELED, "Check the case id and the environment."]
    when "denied"
      [NOT_CANCELED, "Check the credentials and whose case it is, then try again."]
    when "invalid"
      [INVALID, "Correct the input: nothing was sent."]
    else # failed, not_sent, unknown; and whatever a later version adds is treated as unknown
      [result.outcome == "failed" ? NOT_CANCELED : TRY_AGAIN, keep]
    end
  end

  def report(case_id, result, next_step)
    # An id is input from outside: control characters, which terminals obey, are not printed.
    shown = case_id.b.gsub(/[^ -~]/n, "?").ljust(36)
    evidence = result.details.fetch("evidence", "none")
    requests = result.details.fetch("attempts", []).size
    details = [result.details["reason"], "evidence: #{evidence}", "requests: #{requests}"].compact.join("; ")
    "#{result.outcome.ljust(16)}  #{shown}  #{next_step}\n    #{result.message} (#{details})"
  end

  # Each outcome is written before the next case is begun, so that none is lost if the program ends.
  def say(text)
    $stdout.puts text
    $stdout.flush
  end
end

exit CancelCase.main(ARGV) if $PROGRAM_NAME == __FILE__
