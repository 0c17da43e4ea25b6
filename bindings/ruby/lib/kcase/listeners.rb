# frozen_string_literal: true

module KCase
  # Those who are told of every result of a client: its +on_result+, its logger, and ActiveSupport's
  # notifications.
  # @api private
  class Listeners
    # What a log line and a notification have of a result. Scalars only, and nothing that the service wrote:
    # its texts may name a person.
    MEMBERS = %i[
      case_id outcome reason evidence settled retriable http_status environment tag elapsed_ms
    ].freeze

    # None: nil, so that a client without listeners pays nothing for them.
    def self.for(on_result:, logger:)
      notifier = ActiveSupport::Notifications if defined?(ActiveSupport::Notifications)
      new(on_result, logger, notifier) if on_result || logger || notifier
    end

    def initialize(on_result, logger, notifier)
      unless on_result.nil? || on_result.respond_to?(:call)
        raise TypeError, "on_result is something to call, not a #{on_result.class}"
      end

      @on_result = on_result
      @logger = logger
      @notifier = notifier
    end

    # Tells all of them. What one raises ends the call that the result is of.
    # @param operation [Symbol] which call it was
    def tell(operation, result)
      log(operation, result) if @logger
      notify(operation, result) if @notifier
      @on_result&.call(result)
    end

    private

    # One line, in words and values that programs can read: +kcase operation=cancel outcome=canceled ...+.
    def log(operation, result)
      line = lambda do
        pairs = payload(operation, result).compact.map { |name, value| "#{name}=#{shown(value)}" }
        "kcase #{pairs.join(" ")}"
      end
      result.success? ? @logger.info(&line) : @logger.warn(&line)
    end

    def notify(operation, result)
      name = "#{operation}.kcase"
      return unless @notifier.notifier.listening?(name)

      @notifier.instrument(name, payload(operation, result).merge(result: result))
    end

    def payload(operation, result)
      { operation: operation, **result.deconstruct_keys(MEMBERS) }
    end

    # A text that has more than a word in it is quoted, so that it cannot pass for other values.
    def shown(value)
      value.to_s.match?(/\A[\w.:+-]*\z/) ? value : value.to_s.inspect
    end
  end
  private_constant :Listeners
end
