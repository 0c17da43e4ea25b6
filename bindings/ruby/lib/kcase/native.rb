# frozen_string_literal: true

require "json"
require_relative "cell"
require_relative "library"

module KCase
  # The library's functions, each wrapped once.
  #
  # Functions that never wait are called with Ruby's lock held, where fiddle can do that: it is cheaper.
  # @api private
  module Native
    LIBRARY = Library.find

    # Addresses are passed as Integers: fiddle is fastest with those.
    ADDRESS = Fiddle::TYPE_UINTPTR_T
    NUMBER = Fiddle::TYPE_INT
    NOTHING = Fiddle::TYPE_VOID

    # Fiddle 1.0.0, of Ruby 2.7, has no type for text, and cannot hold the lock.
    KNOWS_TEXT = Fiddle.const_defined?(:TYPE_CONST_STRING)
    TEXT = KNOWS_TEXT ? Fiddle::TYPE_CONST_STRING : Fiddle::TYPE_VOIDP
    HOLDS_LOCK = begin
      Fiddle::Function.new(LIBRARY["kcase_version_number"], [], NUMBER, need_gvl: true)
      true
    rescue ArgumentError
      false
    end
    TAKING = [ADDRESS, TEXT, TEXT, NUMBER, ADDRESS, ADDRESS].freeze
    private_constant :ADDRESS, :NUMBER, :NOTHING, :TEXT, :TAKING

    def self.function(name, arguments, returned, waits: false)
      more = HOLDS_LOCK ? { name: name, need_gvl: !waits } : { name: name }
      Fiddle::Function.new(LIBRARY[name], arguments, returned, **more)
    end
    private_class_method :function

    VERSION_TEXT = function("kcase_version", [], TEXT)
    BUILD_INFO = function("kcase_build_info", [], TEXT)

    CLIENT_NEW = function("kcase_client_new", [TEXT, ADDRESS], ADDRESS)
    CLIENT_OPEN = function("kcase_client_open", [TEXT, ADDRESS], ADDRESS)
    CLIENT_FREE = function("kcase_client_free", [ADDRESS], NOTHING)
    CLIENT_INTERRUPT = function("kcase_client_interrupt", [ADDRESS], NOTHING)

    CHECK = function("kcase_check", [ADDRESS], ADDRESS, waits: true)

    # Each begins a call, and waits for its end for so long.
    CANCEL_TAKE = function("kcase_cancel_take", TAKING, NUMBER, waits: true)
    STATUS_TAKE = function("kcase_status_take", TAKING, NUMBER, waits: true)
    AWAIT_TAKE = function("kcase_await_take", TAKING, NUMBER, waits: true)
    # What they give if the call is not over.
    PENDING = -1

    BATCH_NEW = function("kcase_batch_new", [ADDRESS, TEXT, ADDRESS], ADDRESS)
    BATCH_ADD = function("kcase_batch_add", [ADDRESS, TEXT, TEXT], NUMBER)
    BATCH_ADD_STATUS = function("kcase_batch_add_status", [ADDRESS, TEXT, TEXT], NUMBER)
    BATCH_ADD_AWAIT = function("kcase_batch_add_await", [ADDRESS, TEXT, TEXT], NUMBER)
    BATCH_TAKE = function("kcase_batch_take", [ADDRESS, NUMBER, ADDRESS], NUMBER, waits: true)
    BATCH_PENDING = function("kcase_batch_pending", [ADDRESS], Fiddle::TYPE_LONG_LONG)
    BATCH_FD = function("kcase_batch_fd", [ADDRESS], NUMBER)
    BATCH_INTERRUPT = function("kcase_batch_interrupt", [ADDRESS], NOTHING)
    BATCH_STATS = function("kcase_batch_stats", [ADDRESS], TEXT)
    BATCH_FREE = function("kcase_batch_free", [ADDRESS], NOTHING)
    BATCH_ADDED = 1
    BATCH_CLOSED = -1

    RESUME = function("kcase_resume", [ADDRESS, TEXT, ADDRESS], ADDRESS)
    HISTORY = function("kcase_history", [TEXT, TEXT], ADDRESS, waits: true)
    JOURNAL_HEAD = function("kcase_journal_head", [TEXT], ADDRESS, waits: true)
    JOURNAL_VERIFY = function("kcase_journal_verify", [TEXT, TEXT], ADDRESS, waits: true)
    JOURNAL_PRUNE = function("kcase_journal_prune", [TEXT, TEXT], ADDRESS, waits: true)

    LIST = function("kcase_list", [ADDRESS, TEXT], ADDRESS, waits: true)
    CANCEL_FOUND = function("kcase_cancel_found", [ADDRESS, TEXT, TEXT], ADDRESS, waits: true)
    CANCEL_SERVICES = function("kcase_cancel_services", [ADDRESS, TEXT, TEXT, TEXT], ADDRESS, waits: true)
    CANCEL_SEARCH = function("kcase_cancel_search", [ADDRESS, TEXT, TEXT, TEXT], ADDRESS, waits: true)
    LISTING_NEW = function("kcase_listing_new", [ADDRESS, TEXT, ADDRESS], ADDRESS)
    LISTING_NEXT = function("kcase_listing_next", [ADDRESS, NUMBER, ADDRESS], NUMBER, waits: true)
    LISTING_FREE = function("kcase_listing_free", [ADDRESS], NOTHING)
    LISTING_CASE = 1
    LISTING_OVER = -1

    # A body may have NULs, so it is passed as a pointer to its bytes.
    WEBHOOK_PARSE = function("kcase_webhook_parse", [Fiddle::TYPE_VOIDP, NUMBER, TEXT, TEXT, TEXT], ADDRESS)

    RESULT_OUTCOME = function("kcase_result_outcome", [ADDRESS], NUMBER)
    RESULT_IS_SETTLED = function("kcase_result_is_settled", [ADDRESS], NUMBER)
    RESULT_IS_RETRIABLE = function("kcase_result_is_retriable", [ADDRESS], NUMBER)
    RESULT_TEXT = function("kcase_result_text", [ADDRESS, TEXT], TEXT)
    RESULT_JSON = function("kcase_result_json", [ADDRESS], TEXT)
    # An address: the garbage collector calls it, and not by way of Ruby.
    RESULT_FREE = LIBRARY["kcase_result_free"]

    # The name of each outcome, at the place of its number.
    OUTCOMES = begin
      number_at = function("kcase_outcome_at", [NUMBER], NUMBER)
      name = function("kcase_outcome_name", [NUMBER], TEXT)
      numbers = (0..).lazy.map { |index| number_at.call(index) }.take_while { |number| number >= 0 }
      numbers.each_with_object([]) { |number, found| found[number] = name.call(number).to_s.to_sym }.freeze
    end

    # A copy of C's text, as a String.
    def self.string(text)
      text.to_s.force_encoding(Encoding::UTF_8)
    end

    # Calls a function that makes an object or, through its last argument, a result that says why not. Gives
    # the object, owned, and the address of the result: one of the two is NULL.
    def self.make(function, free, *arguments)
      error = Cell.new
      object = Fiddle::Pointer.new(function.call(*arguments, error.address), 0, free.to_i)
      [object, error.value]
    end

    # Frees an object before the garbage collector would.
    def self.free(object, function)
      address = object.to_i
      object.free = nil
      function.call(address)
    end

    # A case id for C, which reads a text up to its first NUL: the beginning of an id may be the id of another
    # case. So a NUL becomes another control character, which the library refuses with a message.
    def self.text(value)
      text = String.try_convert(value) || raise(TypeError, "a case id is a String, not #{value.class}")
      text = in_utf8(text)
      text = text.b.tr("\0", "\x01") if text.b.include?("\0")
      terminated(text)
    end

    # Whether #text would return it unchanged.
    if KNOWS_TEXT
      def self.plain?(value)
        value.is_a?(String) ? value.ascii_only? && !value.include?("\0") : value.nil?
      end
    else
      def self.plain?(value)
        value.nil?
      end
    end

    # Options, a configuration or a list for C; nil for none.
    def self.json(members)
      return if members.empty?

      terminated(JSON.generate(members, allow_nan: true))
    rescue JSON::GeneratorError, EncodingError
      terminated("\xFF") # Something in it is not valid UTF-8: let the library say so.
    end

    # C's JSON, with symbols as keys.
    def self.parse(text)
      JSON.parse(string(text), symbolize_names: true)
    end

    # Where fiddle has no type for text, it passes a pointer to the bytes as they are: the NUL has to be among
    # them.
    def self.terminated(text)
      KNOWS_TEXT ? text : "#{text.b}\0"
    end

    # What cannot be converted is refused by the library, which takes UTF-8 only.
    def self.in_utf8(text)
      return text if [Encoding::UTF_8, Encoding::BINARY, Encoding::US_ASCII].include?(text.encoding)

      text.encode(Encoding::UTF_8)
    rescue EncodingError
      text.b
    end
    private_class_method :terminated, :in_utf8
  end
  private_constant :Native
end
