# frozen_string_literal: true

require_relative "errors"
require_relative "result_members"

module KCase
  # What one call found out: a claim about a case, and what it rests on. Frozen; may be shared by threads.
  #
  # Reading it costs nothing that is not asked for: the library gives each text by itself, and writes its JSON
  # when {#attempts}, {#case}, {#to_h} or {#to_json} is asked for.
  #
  # @example By predicates
  #   result = client.cancel("00000000-0000-4000-8000-000000000001")
  #   result.canceled?  # => true
  #   result.settled?   # => true
  #   result.message    # => "The case is canceled."
  #
  # @example By pattern matching
  #   case client.cancel("00000000-0000-4000-8000-000000000007")
  #   in { outcome: :canceled | :already_canceled } then "done"
  #   in { outcome: :refused, reason: :already_started } then "too late"
  #   in { retriable: true } then "later"
  #   end
  #   # => "too late"
  #
  # @example As an exception
  #   result = client.cancel("00000000-0000-4000-8000-000000000015")
  #   raise result unless result.success?  # raises KCase::Denied
  class Result
    # The members of a result, by the library's names for them.
    MEMBERS = %i[
      case_id outcome settled retriable http_status reason message error evidence environment tag elapsed_ms
      retry_after_ms attempts case journaled journal_error
    ].freeze
    # The members that some calls' results have beside those.
    FURTHER_MEMBERS = %i[records next head verification pruned cases listing services search_id event].freeze

    # What this gem has a predicate for.
    OUTCOMES = %i[
      ok canceled already_canceled refused not_found denied failed not_sent unknown invalid
    ].freeze
    SUCCESSES = %i[ok canceled already_canceled].freeze
    private_constant :OUTCOMES, :SUCCESSES

    # @return [Symbol] +:ok+, +:canceled+, +:already_canceled+, +:refused+, +:not_found+, +:denied+,
    #   +:failed+, +:not_sent+, +:unknown+ or +:invalid+: the library's own name for it. A later library may
    #   have others; treat those as +:unknown+, as {#unknown?} does.
    attr_reader :outcome

    # A result from the library's JSON: one that was kept in a file, or one from another program.
    #
    # @param text [String] what {#to_json} gave, in this process or in another
    # @return [Result]
    # @raise [ArgumentError] if it is not the JSON of a result
    #
    # @example
    #   kept = client.cancel("00000000-0000-4000-8000-000000000007").to_json
    #   KCase::Result.from_json(kept).reason  # => :already_started
    def self.from_json(text)
      new(ResultMembers.from_json(text))
    end

    # @param source [ResultMembers, ResultHandle] where its members are read
    # @param outcome [Symbol] its outcome, where that is known already
    # @api private
    def initialize(source, outcome = source.outcome)
      @source = source
      @outcome = outcome
      freeze
    end

    # @!group What happened

    # A reading ({Client#status}, {Client#check}) succeeded.
    def ok?
      @outcome == :ok
    end

    # The case is known to be canceled: by this call, before it ({#already_canceled?}), or as it was read
    # ({Client#status}). {#outcome} tells the three apart.
    def canceled?
      return true if @outcome == :canceled || @outcome == :already_canceled

      @outcome == :ok && self.case.to_h[:canceled] == true
    end

    # The case is canceled, and no request of this call is known to have done it.
    def already_canceled?
      @outcome == :already_canceled
    end

    # The service refuses for the case's state: see {#reason}. Unless {#settled?}, calling again may find
    # otherwise: a request that was at work just then may have been the cause.
    def refused?
      @outcome == :refused
    end

    # The service itself answered, and knows no such case for these credentials.
    def not_found?
      @outcome == :not_found
    end

    # The credentials are missing, wrong, revoked, or not for this case: the service's own word.
    def denied?
      @outcome == :denied
    end

    # The server answered with an error, or somebody between did; no request of this call canceled the case.
    def failed?
      @outcome == :failed
    end

    # No cancel request left this machine: nothing changed.
    def not_sent?
      @outcome == :not_sent
    end

    # It may or may not be canceled; calling again is safe. True for every outcome that this gem does not
    # know.
    def unknown?
      @outcome == :unknown || !OUTCOMES.include?(@outcome)
    end

    # The input is wrong; nothing was sent.
    def invalid?
      @outcome == :invalid
    end

    # {#ok?}, {#canceled?} or {#already_canceled?}: what was asked for holds.
    def success?
      SUCCESSES.include?(@outcome)
    end

    # The matter is closed: calling again finds the same, unless somebody changes the case. Of a refusal that
    # is so only if the case has already started: see kcase_result_is_settled() in kcase.h.
    def settled?
      @source.settled?
    end

    # The same call may well succeed later; repeating it is safe. Two results with the same outcome may differ
    # in it.
    def retriable?
      @source.retriable?
    end

    # @!endgroup

    # @!group Details

    # @return [String, nil] the id that the call was given; nil for {Client#check}, and where the id was
    #   refused
    def case_id
      @source.text("case_id")
    end

    # @return [String] one sentence for people
    def message
      @source.text("message").to_s
    end

    # @return [Integer, nil] of the answer to the request that the call is for
    def http_status
      @source.number("http_status")
    end

    # @return [Symbol, nil] a stable word for programs, such as +:already_started+ or +:deadline+
    def reason
      @source.text("reason")&.to_sym
    end

    # @return [Symbol] what the claim rests on: +:response+, +:read_back+, +:journal+ or +:none+
    def evidence
      (@source.text("evidence") || :none).to_sym
    end

    # @return [String, nil] the server's or the transport's label for what went wrong
    def error
      @source.text("error")
    end

    # @return [String, nil] "stage", "production" or "custom"
    def environment
      @source.text("environment")
    end

    # @return [String, nil] the call's +tag:+
    def tag
      @source.text("tag")
    end

    # @return [Integer] how long the call took
    def elapsed_ms
      @source.number("elapsed_ms") || 0
    end

    # @return [Array<Hash>] every HTTP request that was begun, in order: +:request+, +:at+, +:duration_ms+,
    #   +:sent+, +:http_status+, +:error+, +:request_ids+
    def attempts
      to_h[:attempts]
    end

    # @return [Hash, nil] what was read of the case: +:canceled+ among it; nil if it was not read
    def case
      to_h[:case]
    end

    # @return [Integer, nil] how long the last answer asked to wait (Retry-After), if the call is retriable
    def retry_after_ms
      @source.number("retry_after_ms")
    end

    # @return [Boolean, nil] whether the outcome is in the client's journal; nil if there is none, or nothing
    #   to write
    def journaled
      to_h[:journaled]
    end

    # @return [String, nil] why it is not
    def journal_error
      @source.text("journal_error")
    end

    # @!attribute [r] records
    #   @return [Array<Hash>, nil] of {Journal#history}
    # @!attribute [r] next
    #   @return [Integer, nil] of {Journal#history}: what the next page begins after
    # @!attribute [r] head
    #   @return [Hash, nil] of {Journal#head}: +:count+, +:hash+, +:at+
    # @!attribute [r] verification
    #   @return [Hash, nil] of {Journal#verify}: +:intact+, +:findings+ and more
    # @!attribute [r] pruned
    #   @return [Integer, nil] of {Journal#prune}: how many entries were removed
    # @!attribute [r] cases
    #   @return [Array<Hash>, nil] of {Client#list}: the cases that were meant. Of {Client#cancel_found}: what
    #     became of each
    # @!attribute [r] listing
    #   @return [Hash, nil] of {Client#list}: +:seen+, +:found+ and +:truncated+
    # @!attribute [r] services
    #   @return [Array<Hash>, nil] of {Client#cancel_services}: +:id+, +:outcome+ and +:evidence+ of each
    # @!attribute [r] search_id
    #   @return [String, nil] of {Client#cancel_search}
    # @!attribute [r] event
    #   @return [Hash, nil] of {Webhook.parse}: +:id+, +:type+, +:timestamp+, +:case_id+, +:means_canceled+,
    #     +:state+
    FURTHER_MEMBERS.each { |member| define_method(member) { to_h[member] } }

    # @!endgroup

    # Everything, by the names of {MEMBERS}; deeply frozen. {#outcome}, {#reason} and {#evidence} are symbols.
    # @return [Hash{Symbol => Object}]
    def to_h
      @source.to_h
    end

    # Everything, as the library writes it.
    # @return [String]
    def to_json(*arguments)
      @source.to_json(*arguments)
    end

    # For pattern matching: any of {MEMBERS} and {FURTHER_MEMBERS}.
    def deconstruct_keys(keys)
      return to_h if keys.nil?

      (keys & (MEMBERS + FURTHER_MEMBERS)).to_h { |key| [key, member(key)] }
    end

    # So that +raise result+ works.
    # @param message [String] instead of the result's own
    # @return [Error] of the class that stands for the outcome
    # @raise [TypeError] if the call succeeded: there is nothing to raise
    def exception(message = nil)
      raise TypeError, "the outcome is #{outcome}: there is nothing to raise" if success?

      error = Error.for(self)
      message ? error.exception(message) : error
    end

    # Two results are equal if all their members are.
    def ==(other)
      other.is_a?(Result) && to_h == other.to_h
    end
    alias eql? ==

    # @return [Integer] the same for equal results
    def hash
      to_h.hash
    end

    # The outcome and the message, for people.
    def to_s
      "#{outcome}: #{message}"
    end

    # Tells neither what was read of the case nor the requests.
    def inspect
      "#<#{self.class} #{outcome}#{" case_id=#{case_id.inspect}" if case_id} message=#{message.inspect}>"
    end

    # @api private
    def marshal_dump
      to_h
    end

    private

    def marshal_load(members)
      initialize(ResultMembers.new(members))
    end

    def member(key)
      case key
      when :settled then settled?
      when :retriable then retriable?
      else public_send(key)
      end
    end
  end
end
