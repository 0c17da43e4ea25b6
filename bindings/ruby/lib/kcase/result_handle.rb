# frozen_string_literal: true

require_relative "native"
require_relative "result_members"

module KCase
  # A result of the library's, which is freed with this object. Each member is read when it is asked for.
  # @api private
  class ResultHandle < Fiddle::Pointer
    # Takes over the result at an address.
    def self.own(address)
      new(address, 0, Native::RESULT_FREE)
    end

    def outcome
      Native::OUTCOMES[Native::RESULT_OUTCOME.call(to_i)] || :unknown
    end

    def settled?
      Native::RESULT_IS_SETTLED.call(to_i) == 1
    end

    def retriable?
      Native::RESULT_IS_RETRIABLE.call(to_i) == 1
    end

    # A member that is text; nil if it does not apply.
    def text(member)
      text = Native::RESULT_TEXT.call(to_i, member).to_s
      text.force_encoding(Encoding::UTF_8) unless text.empty?
    end

    # A member that is a number; nil if it does not apply.
    def number(member)
      text(member)&.to_i
    end

    def to_h
      (@members ||= ResultMembers.from_json(to_json)).to_h
    end

    # As the library writes it, whatever a generator would like.
    def to_json(*)
      Native.string(Native::RESULT_JSON.call(to_i))
    end
  end
  private_constant :ResultHandle
end
