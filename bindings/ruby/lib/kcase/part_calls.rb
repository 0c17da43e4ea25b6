# frozen_string_literal: true

require_relative "background_call"
require_relative "call_kind"
require_relative "call_options"

module KCase
  # What a {Client} does with a part of a case, and waiting for one.
  module PartCalls
    # Cancels services of a case, and nothing else of it. What is not settled by a reading of a service itself
    # is unknown.
    #
    # @param case_id [String]
    # @param service_ids [Array<String>] 1 to 64, none of them twice
    # @param options [Hash] as of {Client#cancel} without those about a journal, and:
    # @option options [String] :service_type_id the type under which the services are read; by default that of
    #   screenings
    # @return [Result] {Result#services} says what is claimed of each; the outcome is the least certain of
    #   them
    # @raise [ClosedError]
    # @raise [ArgumentError] for an option that is not one
    def cancel_services(case_id, service_ids, **options)
      ids = Native.json(service_ids.to_a) || Native.text("[]")
      options = Native.json(CallOptions.check(options, CallOptions::SERVICES))
      case_id &&= Native.text(case_id)
      in_background(:cancel_services, keep: true) do |address|
        Native::CANCEL_SERVICES.call(address, case_id, ids, options)
      end
    end

    # Cancels one search of an education or employment screening. No reading shows what became of a search:
    # its answers alone must do.
    #
    # @param case_data_id [String]
    # @param search_id [String]
    # @param options [Hash] as of {Client#cancel} without those about a journal
    # @return [Result] {Result#case_id} is the +case_data_id+; {Result#search_id}
    # @raise (see #cancel_services)
    def cancel_search(case_data_id, search_id, **options)
      options = Native.json(CallOptions.check(options, CallOptions::GENERAL))
      ids = [case_data_id, search_id].map { |id| id && Native.text(id) }
      in_background(:cancel_search, keep: true) do |address|
        Native::CANCEL_SEARCH.call(address, *ids, options)
      end
    end

    # Reads a case until it is seen in a state, or until the call's time is over.
    #
    # @param case_id [String]
    # @param options [Hash] as of {Client#status}, and:
    # @option options [String] :until "canceled"; "started": its processing has begun; or "finished": it is
    #   complete, adjudicated or canceled. Required
    # @return [Result] {Result#ok?}: it was seen so, and {Result#case} is what was seen.
    #   {Result#already_canceled?}: it is canceled, and so will not start. {Result#unknown?}: not in time
    # @raise (see #cancel_services)
    #
    # @example
    #   client.await("00000000-0000-4000-8000-000000000014", until: "canceled").outcome  # => :ok
    def await(case_id, **options)
      options = CallOptions.check(options, CallOptions::AWAIT)
      @single.perform(CallKind::AWAIT, case_id, Native.json(options))
    end
  end
  private_constant :PartCalls
end
