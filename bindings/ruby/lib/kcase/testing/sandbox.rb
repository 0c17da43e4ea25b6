# frozen_string_literal: true

require "json"
require "net/http"

module KCase
  module Testing
    # The simulated service, on a free port of loopback: broken on purpose, and asked for the truth. The
    # program is the one that +KCASE_SANDBOX+ names; else that of the gem kcase-sandbox; else the one in
    # +PATH+.
    #
    # @example
    #   KCase::Testing::Sandbox.start do |sandbox|
    #     sandbox.fault(kind: "reset_before", on: "cancel", effect: "before", times: 1)
    #     KCase::Client.open(**sandbox.config) { |client| client.cancel(sandbox.case_id(1)).evidence }
    #   end
    #   # => :read_back
    class Sandbox
      PROGRAM = "kcase-sandbox"
      VARIABLE = "KCASE_SANDBOX"
      # What it accepts.
      TOKEN = "sandbox-token"
      private_constant :PROGRAM, :VARIABLE

      # Where it listens.
      # @return [String]
      attr_reader :url

      class << self
        # Starts one; with a block, yields it, ends it after the block and returns the block's value.
        # @param (see #initialize)
        # @yieldparam sandbox [Sandbox]
        # @return [Sandbox, Object]
        def start(**switches)
          sandbox = new(**switches)
          return sandbox unless block_given?

          begin
            yield sandbox
          ensure
            sandbox.close
          end
        end

        # One of the cases that every sandbox has: see the table in its README.
        # @param number [Integer]
        # @return [String]
        def case_id(number)
          format("00000000-0000-4000-8000-%012d", number)
        end

        # One of a great many, which can all be canceled: see +cases:+.
        # @param number [Integer]
        # @return [String]
        def many_id(number)
          format("10000000-0000-4000-8000-%012d", number)
        end

        # @return [String] the program's file, or its name
        def program
          named = ENV[VARIABLE].to_s
          return named unless named.empty?

          require "kcase_sandbox"
          KCaseSandbox.path
        rescue LoadError
          PROGRAM
        end
      end

      # @param program [String]
      # @param cases [Integer] how many more cases it has
      # @param switches [Hash] others of its switches, as +second_cancel: 409+
      # @raise [Errno::ENOENT, RuntimeError] if it does not start
      def initialize(program: Sandbox.program, cases: 0, **switches)
        options = { port: 0, cases: cases, **switches }
        arguments = options.flat_map { |name, value| ["--#{name.to_s.tr("_", "-")}", value.to_s] }
        @output = IO.popen([program, *arguments])
        line = @output.gets.to_s
        raise "the sandbox did not start: #{line.inspect}" unless line.start_with?("listening on ")

        @url = line.split.last
      end

      # What a client needs: +KCase::Client.new(**sandbox.config)+. Waits are short.
      # @param more [Hash] further members of the configuration
      # @return [Hash{Symbol => Object}]
      def config(**more)
        { base_url: url, token: TOKEN, backoff_base_ms: 1, backoff_max_ms: 1, settle_ms: 20 }.merge(more)
      end

      # (see .case_id)
      def case_id(number)
        Sandbox.case_id(number)
      end

      # (see .many_id)
      def many_id(number)
        Sandbox.many_id(number)
      end

      # Adds a rule by which answers are changed, as the sandbox's README lists them.
      # @return [Object] what the sandbox says
      def fault(**rule)
        ask(Net::HTTP::Post, "/sandbox/faults", rule)
      end

      # Adds several.
      # @param rules [Array<Hash>]
      def faults=(rules)
        ask(Net::HTTP::Post, "/sandbox/faults", rules)
      end

      # Cases, ledger and tokens as at the start, and no faults.
      # @return [Object] what the sandbox says
      def reset
        ask(Net::HTTP::Post, "/sandbox/reset")
      end

      # What really happened to a case: +:canceled+, +:cancel_requests+, +:cancels_applied+, +:reads+ ...
      # @param case_id [String]
      # @return [Hash{Symbol => Object}]
      def truth(case_id)
        ask(Net::HTTP::Get, "/sandbox/ledger/#{case_id}")
      end

      # How many requests there were, of each kind.
      # @return [Hash{Symbol => Integer}]
      def totals
        ask(Net::HTTP::Get, "/sandbox/ledger?limit=1").fetch(:totals)
      end

      # The ledger: a row for each case that was asked for.
      # @return [Array<Hash>]
      def ledger
        ask(Net::HTTP::Get, "/sandbox/ledger").fetch(:cases)
      end

      # Ends it.
      # @return [nil]
      def close
        return if @output.closed?

        Process.kill("TERM", @output.pid)
        @output.close
        nil
      end

      private

      def ask(request, path, body = nil)
        request = request.new(path)
        request.body = JSON.generate(body) if body
        request.content_type = "application/json"
        answer = Net::HTTP.start(URI(@url).host, URI(@url).port, nil) { |http| http.request(request) }
        raise "#{path}: HTTP #{answer.code} #{answer.body}" unless answer.is_a?(Net::HTTPSuccess)

        JSON.parse(answer.body, symbolize_names: true)
      end
    end
  end
end
