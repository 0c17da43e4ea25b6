# frozen_string_literal: true

module KCase
  # Keyword arguments that are members of the library's JSON. A name that is not one is an error of the
  # program, as for every keyword in Ruby: it is raised before anything is sent.
  # @api private
  module CallOptions
    # Those of every call.
    GENERAL = %i[timeout_ms max_attempts confirm tag personal_data headers].freeze
    # Those of a cancel of a whole case, which is kept in a journal.
    NAMES = (GENERAL + %i[intent_key use_journal]).freeze
    # Those of {Client#cancel_services} and {Client#await}.
    SERVICES = [*GENERAL, :service_type_id].freeze
    AWAIT = [*GENERAL, :until].freeze
    # What {Client#list} and {Client#listing} select cases by, and how they look for them.
    FILTERS = %i[
      api_tracking_code api_tracking_user candidate_email invitation_email case_status secondary_status result
      ordered_before ordered_after cancelable archived limit personal_data max_response_bytes timeout_ms
      max_attempts tag headers
    ].freeze
    # What {Client#cancel_found} finds by, beside what it cancels with.
    FOUND = %i[
      api_tracking_code api_tracking_user candidate_email invitation_email archived all expected
      max_response_bytes
    ].freeze

    # @return [Hash] the options
    # @raise [ArgumentError] that names the keyword, and the nearest known one
    def self.check(options, names = NAMES)
      unknown = options.keys - names
      return options if unknown.empty?

      what = "unknown keyword#{"s" if unknown.size > 1}: #{unknown.map(&:inspect).join(", ")}"
      raise ArgumentError, "#{what}#{hint(unknown, names)}"
    end

    def self.hint(unknown, names)
      return unless defined?(DidYouMean::SpellChecker)

      near = unknown.flat_map { |name| DidYouMean::SpellChecker.new(dictionary: names).correct(name) }
      "; did you mean #{near.map { |name| "#{name}:" }.join(", ")}?" if near.any?
    end
    private_class_method :hint
  end
  private_constant :CallOptions
end
