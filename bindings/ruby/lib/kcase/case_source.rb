# frozen_string_literal: true

require_relative "call_options"

module KCase
  # What {Client#cancel_many} takes its cases from: anything with +each+ that gives ids, or arrays of an id
  # and options for it. Of a file, each line is an id.
  # @api private
  class CaseSource
    # What is raised for an item that is no case, and not by the source itself.
    module NoCase; end

    # @raise [TypeError] for what would be taken for cases and is none
    def initialize(cases, options)
      unless cases.respond_to?(:each) && !cases.is_a?(Hash)
        raise TypeError, "the cases come from something that gives ids by each, not from a #{cases.class}"
      end

      @cases = cases
      @has_lines = cases.respond_to?(:each_line)
      @options = CallOptions.check(options)
    end

    # Those of every case.
    attr_reader :options

    # How many there are, if that is known. (A file's size is its bytes.)
    def size
      @cases.size if @cases.respond_to?(:size) && !@has_lines
    end

    # Gives each id, and its options if it has some of its own: all of them.
    # @raise [TypeError, ArgumentError] NoCase: the message says where the item is; those before it were given
    def each
      position = -1
      @cases.each do |item|
        position += 1
        yield(*id_and_options(item, position))
      end
    end

    private

    def id_and_options(item, position)
      if (id = String.try_convert(item))
        return @has_lines ? id.chomp : id
      end

      id, options = pair(item)
      [id, options && @options.merge(CallOptions.check(options))]
    rescue TypeError, ArgumentError => e
      raise e.class.new("case #{position}, counted from 0: #{e.message}").extend(NoCase), cause: nil
    end

    def pair(item)
      id, options = item if item.is_a?(Array) && item.size == 2
      id = String.try_convert(id)
      return [id, options] if id && (options || {}).is_a?(Hash)

      raise TypeError, "a case is a String, or an Array of a String and a Hash of options, not #{shown(item)}"
    end

    # Its classes: what is in it may be about a person.
    def shown(item)
      item.is_a?(Array) ? "an Array of #{item.map(&:class).join(", ")}" : item.class
    end
  end
  private_constant :CaseSource
end
