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
