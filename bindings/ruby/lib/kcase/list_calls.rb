# frozen_string_literal: true

require_relative "call_options"
require_relative "listing"
require_relative "native_listing"

module KCase
  # What a {Client} does with the service's list of cases. The service has no search: it gives all cases of
  # the token's group in one answer, which is read as it comes.
  module ListCalls
    # Finds cases: {Result#cases} are those that meet every criterion, and {Result#listing} says how many
    # there are. Without a criterion: every case that is not archived. That none was found is {Result#ok?},
    # too.
    #
    # @param filter [Hash]
    # @option filter [String] :api_tracking_code the text that the case was ordered with
    # @option filter [String] :api_tracking_user
    # @option filter [String] :candidate_email
    # @option filter [String] :invitation_email
    # @option filter [String] :case_status "Pending", "Blocked", "Complete" or "Adjudicated"
    # @option filter [String] :secondary_status such as "Canceled", or "none"
    # @option filter [String] :result such as "Open"
    # @option filter [String] :ordered_before a moment, or a day in UTC
    # @option filter [String] :ordered_after
    # @option filter [String] :cancelable "likely": nothing that the service says speaks against canceling it
    # @option filter [Boolean] :archived (false) true: archived cases, too
    # @option filter [Integer] :limit (1000) how many cases a result holds, up to 10000
    # @option filter [Boolean] :personal_data (false)
    # @option filter [Integer] :max_response_bytes (1073741824) a list larger than this counts as none
    # @option filter [Integer] :timeout_ms
    # @option filter [Integer] :max_attempts
    # @option filter [String] :tag
    # @option filter [Hash{String, Symbol => String}] :headers as of {Client#cancel}
    # @return [Result]
    # @raise [ArgumentError] for a keyword that is not one
    #
    # @example
    #   client.list(cancelable: "likely", limit: 3).cases.size  # => 3
    #   client.list(api_tracking_code: "nobody's").cases        # => []
    def list(**filter)
      filter = Native.json(CallOptions.check(filter, CallOptions::FILTERS))
      in_background(:list) { |address| Native::LIST.call(address, filter) }
    end

    # The cases of a list one after another, for as many as there are, in little memory. The list is read on
    # while cases are taken.
    #
    # @param filter (see #list) +limit+ means nothing here, and +timeout_ms+ is for the whole listing: an hour
    #   by default
    # @option filter (see #list)
    # @yieldparam result [Result] of one case: {Result#case_id} and {Result#case}
    # @return [Listing] an Enumerator; with a block, it was enumerated
    # @raise [Error] if the list did not come to its end
    # @raise [ArgumentError] for a keyword that is not one
    #
    # @example
    #   client.listing(cancelable: "likely").first.canceled?  # => false
    def listing(**filter, &block)
      listing = Listing.new(NativeListing.new(@native, CallOptions.check(filter, CallOptions::FILTERS)))
      listing.each(&block) if block
      listing
    end

    # Finds a case by what the host knows of it, and cancels it: by just one of the first four. A case that
    # was found is read by its id before it is canceled, and has to show the same again.
    #
    # @param given [Hash]
    # @option given [String] :api_tracking_code
    # @option given [String] :api_tracking_user
    # @option given [String] :candidate_email
    # @option given [String] :invitation_email
    # @option given [Boolean] :archived (false) true: archived cases, too
    # @option given [Boolean] :all (false) true: all cases that are found are canceled, if they are as many
    #   as +expected+; false: only one is, if there is only one
    # @option given [Integer] :expected with +all+: how many
    # @option given [Integer] :max_response_bytes
    # @option given (see Client#cancel)
    # @return [Result] as of {Client#cancel}; {Result#cases} says it of each case that was tried. Reason
    #   +:ambiguous+: more cases were found than one, or not as many as expected, and none was canceled.
    #   Reason +:partial+: what became of them differs
    # @raise [ArgumentError] for a keyword that is not one
    #
    # @example
    #   client.cancel_found(api_tracking_code: "nobody's").outcome  # => :not_found
    def cancel_found(**given)
      kinds = [CallOptions::FOUND, CallOptions::NAMES]
      CallOptions.check(given, kinds.flatten)
      filter, options = kinds.map { |names| Native.json(given.slice(*names)) }
      in_background(:cancel_found, keep: true) do |address|
        Native::CANCEL_FOUND.call(address, filter, options)
      end
    end
  end
  private_constant :ListCalls
end
