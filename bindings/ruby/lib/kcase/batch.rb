# frozen_string_literal: true

require_relative "wire"

module KCase
  # Many cases, canceled side by side: what {Client#cancel_many} gives. An Enumerator of results, in the order in
  # which they are found out. Nothing happens until it is enumerated; each enumeration cancels the cases anew, which is
  # safe. Under a Fiber scheduler, other fibers run meanwhile; but not while #next or #peek wait, which Ruby runs on a
  # fiber that blocks.
  #
  # @example
  #   batch = client.cancel_many(ids)
  #   batch.lazy.reject(&:success?).each { |result| warn result }
  #   batch.stats[:outcomes]  # => {:canceled=>2}
  class Batch < Enumerator
    BATCH_OPTIONS = %i[max_in_flight http2].freeze
    # The library's default.
    IN_FLIGHT = 64
    private_constant :BATCH_OPTIONS, :IN_FLIGHT

    # @api private
    def initialize(client, case_ids, options, &under_way)
      @client = client
      @case_ids = case_ids
      @under_way = under_way
      @batch_options, @options = options.partition { |key, _| BATCH_OPTIONS.include?(key) }.map(&:to_h)
      @wires = []
      @stats = {}
      super(size_of(case_ids)) { |results| run { |result| results << result } }
    end

    # How far the enumeration is that began last: +:added+, +:waiting+, +:in_flight+, +:ready+, +:fetched+,
    # +:outcomes+, +:requests+, +:retries+, +:readings+, +:slowdowns+, +:connections+, +:http_version+,
    # +:rate_limit+, +:cases_per_second+, +:elapsed_ms+, +:eta_ms+. Empty before the first.
    # @return [Hash{Symbol => Object}]
    def stats
      wire = @wires.last
      wire ? wire.stats : @stats
    end

    # Ends every case that is under way; their results, with what is then known, are still given. May be called from
    # any thread and from a trap handler.
    # @return [self]
    def interrupt
      @wires.each(&:interrupt)
      self
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{size || "?"} cases>"
    end

    private

    def size_of(case_ids)
      case_ids.size if case_ids.respond_to?(:size)
    end

    def run(&block)
      @client.check_open
      wire = Wire.new(@client, native_options)
      @wires.push(wire)
      @under_way.call(1)
      begin
        work(wire, &block)
      rescue Exception => e # rubocop:disable Lint/RescueException
        @client.broken_off(wire, e)
        raise
      ensure
        finish(wire)
      end
    end

    def native_options
      { max_in_flight: in_flight_max, max_pending: in_flight_max }.merge(@batch_options.slice(:http2))
    end

    def in_flight_max
      @batch_options[:max_in_flight] || IN_FLIGHT
    end

    # Takes an id only when there is room to work on its case now.
    def work(wire, &block)
      json = Native.json(@options)
      wire.open
      pending = 0
      @case_ids.each do |case_id|
        while pending == in_flight_max
          wire.await
          pending -= hand_over(wire, &block)
        end
        case_id, json_of_it = of_its_own(case_id, json)
        wire.add(case_id, json_of_it)
        pending += 1
        pending -= hand_over(wire, &block) while wire.look
      end
      while pending.positive?
        wire.await
        pending -= hand_over(wire, &block)
      end
    end

    def hand_over(wire)
      yield wire.take
      1
    end

    # An id may come with options of its own.
    def of_its_own(case_id, json)
      return [case_id, json] unless case_id.is_a?(Array)

      case_id, options = case_id
      [case_id, Native.json(@options.merge(options || {}))]
    end

    def finish(wire)
      Thread.handle_interrupt(Object => :never) do
        @client.broken_off(wire, nil)
        @stats = wire.stats
        @wires.delete(wire)
        wire.free
        @under_way.call(-1)
      end
    end
  end
end
