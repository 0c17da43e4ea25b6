# frozen_string_literal: true

require_relative "background_call"
require_relative "batch"
require_relative "cancel_run"
require_relative "journal_calls"
require_relative "list_calls"
require_relative "listeners"
require_relative "network_guard"
require_relative "part_calls"
require_relative "single_calls"

module KCase
  # A client of the service: configuration, credentials and kept connections. Any number of threads and fibers
  # may use one at the same time, and so may child processes that are forked later: each makes connections of
  # its own.
  #
  # Ctrl-C, Timeout, Thread#raise and Thread#kill end every call at once. The result of a cancel that was
  # under way is not lost: see {#unclaimed} and {BrokenOff}.
  #
  # @example
  #   KCase::Client.open(base_url: ENV.fetch("SANDBOX"), token: "sandbox-token") do |client|
  #     puts client.cancel("00000000-0000-4000-8000-000000000001")
  #   end
  #   # prints canceled: The case is canceled.
  class Client
    include JournalCalls
    include ListCalls
    include PartCalls

    # The members of the library's configuration; {.from_env} reads each from a variable.
    TEXTS = %i[
      environment base_url token api_key client_access_token confirm proxy ca_file client_cert client_key
      client_key_password user_agent journal
    ].freeze
    NUMBERS = %i[
      timeout_ms connect_timeout_ms max_attempts backoff_base_ms backoff_max_ms settle_ms max_connections
      rate_per_second max_response_bytes
    ].freeze
    SWITCHES = %i[journal_on_network_fs].freeze
    MEMBERS = (TEXTS + NUMBERS + SWITCHES).freeze
    # Of each of these pairs there is one: a keyword takes the place of the other's variables.
    RIVALS = { environment: %i[base_url], token: %i[api_key client_access_token] }.freeze
    # How many connections a client has at once, unless it is told otherwise.
    CONNECTIONS_MAX = 8
    private_constant :TEXTS, :NUMBERS, :SWITCHES, :MEMBERS, :RIVALS, :CONNECTIONS_MAX

    class << self
      # Makes a client; with a block, yields it, closes it after the block and returns the block's value.
      #
      # @param config (see #initialize)
      # @yieldparam client [Client]
      # @return [Client, Object]
      # @raise (see #initialize)
      def open(**config, &block)
        lend(new(**config), &block)
      end

      # The same, with the library's configuration as a Hash, for example one that was read from a file. Keys
      # may be strings. An unknown one is the library's to refuse.
      #
      # @param config [Hash{Symbol, String => Object}]
      # @param on_result (see #initialize)
      # @param logger (see #initialize)
      # @yieldparam client [Client]
      # @return [Client, Object]
      # @raise [InvalidInput]
      #
      # @example
      #   config = JSON.parse('{ "environment": "stage", "tokn": "secret" }')
      #   KCase::Client.from_config(config)  # raises KCase::InvalidInput
      def from_config(config, on_result: nil, logger: nil, &block)
        client = allocate
        client.__send__(:set_up, config.to_h.transform_keys(&:to_sym), on_result, logger)
        lend(client, &block)
      end

      # The same, with the library's configuration in a file, as JSON: so that credentials stay out of
      # sources, arguments and the environment.
      #
      # @param path [String, Pathname]
      # @param on_result (see #initialize)
      # @param logger (see #initialize)
      # @yieldparam client [Client]
      # @return [Client, Object]
      # @raise [InvalidInput]
      #
      # @example
      #   KCase::Client.from_file("/nowhere/kcase.json")  # raises KCase::InvalidInput
      def from_file(path, on_result: nil, logger: nil, &block)
        client = allocate
        client.__send__(:set_up_from, File.path(path), on_result, logger)
        lend(client, &block)
      end

      # The same, configured by environment variables: +KCASE_ENVIRONMENT+, +KCASE_TOKEN+, +KCASE_TIMEOUT_MS+
      # and so on, one for each member. A variable that is empty counts as not set. Keywords take precedence
      # over variables, also over those that they exclude: with +base_url:+, +KCASE_ENVIRONMENT+ is not read.
      #
      # @param env [Hash{String => String}]
      # @param config (see #initialize)
      # @yieldparam client [Client]
      # @return [Client, Object]
      # @raise (see #initialize)
      #
      # @example
      #   client = KCase::Client.from_env({ "KCASE_ENVIRONMENT" => "stage", "KCASE_TOKEN" => "secret" })
      #   client.inspect  # => "#<KCase::Client stage>"
      def from_env(env = ENV, **config, &block)
        members = (MEMBERS - rivals_of(config)).each_with_object({}) do |key, found|
          value = env["KCASE_#{key.to_s.upcase}"].to_s
          found[key] = of_text(key, value) unless value.empty?
        end
        lend(new(**members, **config), &block)
      end

      private

      def lend(client)
        return client unless block_given?

        begin
          yield client
        ensure
          client.close
        end
      end

      def rivals_of(config)
        given = config.compact.keys
        RIVALS.flat_map do |one, others|
          (given.include?(one) ? others : []) + ((given & others).any? ? [one] : [])
        end
      end

      # What is no number, or neither "true" nor "false", the library refuses, with a message that names the
      # key.
      def of_text(key, value)
        return { "true" => true, "false" => false }.fetch(value, value) if SWITCHES.include?(key)

        NUMBERS.include?(key) ? Integer(value, 10) : value
      rescue ArgumentError
        value
      end
    end

    # Makes a client. Sends nothing. A member that is nil counts as not given.
    #
    # @param config [Hash] the library's configuration, and who is told of results
    # @option config [String] :environment "stage" or "production"; or
    # @option config [String] :base_url another address: https anywhere, http on loopback
    # @option config [String] :token a KarmaCheck JSON Web Token; or
    # @option config [String] :api_key with +:client_access_token+: what a token is minted from
    # @option config [String] :client_access_token
    # @option config [Integer] :timeout_ms (30000) bound on a whole call
    # @option config [Integer] :connect_timeout_ms (5000)
    # @option config [Integer] :max_attempts (4) how often the request is sent
    # @option config [Integer] :backoff_base_ms (250)
    # @option config [Integer] :backoff_max_ms (10000)
    # @option config [Integer] :settle_ms (1000) least time between two readings that must agree
    # @option config [String] :confirm ("ambiguous") when a cancel is read back; "always" or "never"
    # @option config [Integer] :max_connections (8) single cancels at a time; further callers wait. Each
    #   {#cancel_many} has as many of its own, and so have {#status} and {#check}
    # @option config [Integer] :rate_per_second the most requests begun in a second
    # @option config [String] :proxy an address, or "environment"
    # @option config [String] :ca_file
    # @option config [String] :client_cert
    # @option config [String] :client_key
    # @option config [String] :client_key_password of a key that is encrypted
    # @option config [String] :user_agent appended to the library's; by default Ruby's version
    # @option config [Integer] :max_response_bytes (8388608)
    # @option config [String] :journal the path of a file that keeps what was to be canceled and what came of
    #   it: see {Journal} and {#resume}
    # @option config [Boolean] :journal_on_network_fs (false) true: also on a network's file system
    # @param on_result [#call, nil] is called with each result, before its caller has it: of single calls,
    #   of {#cancel_many}, and unclaimed ones. What it raises ends the call, whose result is unclaimed then
    # @param logger [Logger, nil] is given a line for each result: its outcome, reason, id, tag and other
    #   values, and no text that the service wrote. +info+ for a success, else +warn+
    # @raise [InvalidInput] with a message that names the member and the rule
    # @raise [ArgumentError] for a keyword that is not one
    #
    # @example
    #   KCase::Client.new(environment: "stage", timeout_ms: 0, token: "secret")  # raises KCase::InvalidInput
    def initialize(on_result: nil, logger: nil, **config)
      CallOptions.check(config, MEMBERS)
      set_up(config, on_result, logger)
    end

    # Cancels a case. Blocks for at most +timeout_ms+.
    #
    # @param case_id [String]
    # @param options [Hash] for this call alone
    # @option options [Integer] :timeout_ms
    # @option options [Integer] :max_attempts
    # @option options [String] :confirm
    # @option options [String] :tag handed back in the result
    # @option options [Boolean] :personal_data (false) true: {Result#case} has the candidate's names, too
    # @option options [Hash{String, Symbol => String}] :headers for tracing: "traceparent", "tracestate" and
    #   "x-request-id" of each request about the case
    # @option options [String] :intent_key with a journal: what the host knows this wish by, a job's id say. A
    #   job that is delivered again joins its own intent
    # @option options [Boolean] :use_journal (false) with a journal, true: a case that it has as canceled and
    #   settled is so without a request
    # @return [Result] errors are values
    # @raise [ClosedError]
    # @raise [ArgumentError] for an option that is not one
    #
    # @example
    #   client.cancel("00000000-0000-4000-8000-000000000014").outcome  # => :already_canceled
    #   client.cancel("00000000-0000-4000-8000-000000000001", tag: "row 7").tag  # => "row 7"
    def cancel(case_id, **options)
      @single.perform(CallKind::CANCEL, case_id, options.empty? ? nil : json(options))
    end

    # The same, but anything else than "the case is canceled" is raised.
    #
    # @param (see #cancel)
    # @option (see #cancel)
    # @return [Result] {Result#canceled?}
    # @raise [Error] Refused, NotFound, Denied, Failed, NotSent, Unknown or InvalidInput
    #
    # @example
    #   client.cancel!("00000000-0000-4000-8000-000000000099")  # raises KCase::NotFound
    def cancel!(case_id, **options)
      succeed(cancel(case_id, **options))
    end

    # Reads a case.
    #
    # @param (see #cancel)
    # @option (see #cancel)
    # @return [Result] {Result#ok?}: {Result#case} has its state
    # @raise [ClosedError]
    #
    # @example
    #   client.status("00000000-0000-4000-8000-000000000014").case[:canceled]  # => true
    def status(case_id, **options)
      @single.perform(CallKind::STATUS, case_id, options.empty? ? nil : json(options))
    end

    # The same, but anything else than {Result#ok?} is raised.
    #
    # @param (see #cancel)
    # @option (see #cancel)
    # @return [Result]
    # @raise [Error]
    def status!(case_id, **options)
      succeed(status(case_id, **options))
    end

    # Asks whether the service can be reached and accepts the credentials.
    #
    # @return [Result]
    # @raise [ClosedError]
    #
    # @example
    #   client.check.ok?  # => true
    def check
      in_background(:check) { |address| Native::CHECK.call(address) }
    end

    # The same, but anything else than {Result#ok?} is raised.
    #
    # @return [Result]
    # @raise [Error]
    def check!
      succeed(check)
    end

    # Cancels many cases side by side, on the calling thread, over connections of their own, and gives the
    # results in the order in which they are found out.
    #
    # Ids are taken from the source one by one, as there is room: it may be endless, and memory does not grow.
    # The library works while a result is waited for, and not in between: answers that come while a block is
    # busy are kept, but nothing is sent.
    #
    # Where the enumeration is ended early (+break+, an exception, Ctrl-C), the cases under way are ended, and
    # {#unclaimed} has their results.
    #
    # @param cases [#each] of ids; or of arrays, an id and options for it alone. Of a file, each line is an id
    # @param max_in_flight [Integer] cases being worked on at a time, 1 to 1024. Over HTTP/1.1
    #   +max_connections+ is a bound, too
    # @param http2 [Boolean] false: HTTP/1.1 only
    # @param options [Hash] for every case
    # @option options (see #cancel)
    # @yieldparam result [Result]
    # @return [Batch] an Enumerator; with a block, it was enumerated
    # @raise [InvalidInput] when the enumeration begins
    # @raise [TypeError, ArgumentError] for something that gives no cases; and when an item comes that is
    #   none, with a message that says where. The cases before it are canceled and their results given
    #
    # @example With a block
    #   client.cancel_many(ids, max_in_flight: 16) { |result| puts result }
    #   # prints canceled: The case is canceled.
    #   # prints canceled: The case is canceled.
    #
    # @example As an Enumerator
    #   client.cancel_many(ids).count(&:success?)  # => 2
    #   client.cancel_many(ids).lazy.map(&:outcome).first(1)  # => [:already_canceled]
    #
    # @example With a tag for each
    #   rows = [["00000000-0000-4000-8000-000000000002", { tag: "row 2" }]]
    #   client.cancel_many(rows).map(&:tag)  # => ["row 2"]
    def cancel_many(cases, max_in_flight: 64, http2: true, **options, &block)
      source = CaseSource.new(cases, options)
      run = CancelRun.new(@native, source, max_in_flight: max_in_flight, http2: http2) do |change|
        @batches += change
      end
      batch = Batch.new(source.size, run)
      batch.each(&block) if block
      batch
    end

    # Ends every call that is under way, in all threads: each returns at once with what is then known. Later
    # calls are not affected. May be called from any thread and from a trap handler.
    #
    # @return [self]
    #
    # @example
    #   trap("TERM") { client.interrupt }
    def interrupt
      @native.interrupt
      self
    end

    # The results that no caller received, because an exception, a Timeout, a +break+ or the end of the thread
    # came first: one for each case that was under way. Each is given once; the latest 10,000 are kept. Works
    # after {#close}, too.
    #
    # @return [Array<Result>]
    #
    # @example
    #   begin
    #     Timeout.timeout(0.05) { slow_client.cancel("00000000-0000-4000-8000-000000000001") }
    #   rescue Timeout::Error
    #     slow_client.unclaimed.map(&:outcome)  # => [:unknown]
    #   end
    def unclaimed
      @native.unclaimed
    end

    # Closes the client: its connections are closed and its credentials wiped from the library's memory. Calls
    # under way in other threads go on to their end; later ones raise {ClosedError}. A second time it does
    # nothing.
    #
    # @return [nil]
    def close
      @native.close
      @single.free
      nil
    end

    # @return [Boolean]
    def closed?
      @native.closed?
    end

    # Without secrets.
    # @return [String]
    def inspect
      "#<#{self.class} #{@where}#{" (closed)" if closed?}>"
    end

    private

    def set_up(config, on_result, logger)
      config = config.compact
      NetworkGuard.check(config)
      given = { user_agent: "ruby/#{RUBY_VERSION}", max_connections: CONNECTIONS_MAX }.merge(config)
      use(NativeClient.new_of(given, Listeners.for(on_result: on_result, logger: logger)), given)
    end

    # The library reads the file; this, only what it needs to know, of a file that is in order.
    def set_up_from(path, on_result, logger)
      native = NativeClient.open(path, Listeners.for(on_result: on_result, logger: logger))
      config = JSON.parse(File.read(path), symbolize_names: true).compact
      NetworkGuard.check(config)
      use(native, config)
    end

    def use(native, config)
      @where = config[:environment] || config[:base_url]
      @native = native
      @single = SingleCalls.new(native, config[:max_connections] || CONNECTIONS_MAX)
      @batches = 0
    end

    def succeed(result)
      raise result unless result.success?

      result
    end

    def json(options)
      Native.json(CallOptions.check(options))
    end

    def in_background(operation, keep: false, &call)
      BackgroundCall.new(@native, operation, keep, call).perform do
        @native.shared? || @batches.positive?
      end
    end
  end
end
