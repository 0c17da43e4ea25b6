# frozen_string_literal: true

require "json"

module KCase
  # The members of a result as Ruby has them: parsed, or made up for a test. It needs no library.
  # @api private
  class ResultMembers
    # Words for programs: symbols in Ruby.
    WORDS = %i[outcome reason evidence].freeze

    def self.from_json(text)
      members = JSON.parse(text, symbolize_names: true, freeze: true)
      raise ArgumentError, "this is not the JSON of a result" unless members.is_a?(Hash) && members[:outcome]

      new(in_words(members))
    rescue JSON::ParserError, TypeError, EncodingError
      raise ArgumentError, "this is not the JSON of a result", cause: nil
    end

    def self.in_words(members)
      members.merge(WORDS.to_h { |key| [key, members[key]&.to_sym] })
    end
    private_class_method :in_words

    # @return [Hash{Symbol => Object}] deeply frozen
    attr_reader :to_h

    def initialize(members)
      @to_h = freeze_deeply(members)
    end

    def outcome
      @to_h.fetch(:outcome)
    end

    def settled?
      @to_h[:settled] == true
    end

    def retriable?
      @to_h[:retriable] == true
    end

    def text(member)
      @to_h[member.to_sym]
    end

    def number(member)
      @to_h[member.to_sym]
    end

    def to_json(*arguments)
      JSON.generate(@to_h, *arguments)
    end

    private

    def freeze_deeply(value)
      return value if value.frozen?

      case value
      when Hash then value.each_value { |member| freeze_deeply(member) }
      when Array then value.each { |member| freeze_deeply(member) }
      end
      value.freeze
    end
  end
  private_constant :ResultMembers
end
