# frozen_string_literal: true

require_relative "native_batch"

module KCase
  # Many cases, canceled side by side: what {Client#cancel_many} gives. An Enumerator of results, in the order
  # in which they are found out. Nothing happens until it is enumerated; each enumeration cancels the cases
  # anew, which is safe. Under a Fiber scheduler, other fibers run meanwhile; but not while #next or #peek
  # wait, which Ruby runs on a fiber that blocks.
  #
  # @example
  #   batch = client.cancel_many(ids)
  #   batch.lazy.reject(&:success?).each { |result| warn result }
  #   batch.stats[:outcomes]  # => {:canceled=>2}
  class Batch < Enumerator
    BATCH_OPTIONS = %i[max_in_flight http2].freeze
    # The library's default.
    IN_FLIGHT_MAX_DEFAULT = 64
    private_constant :BATCH_OPTIONS, :IN_FLIGHT_MAX_DEFAULT

    # @api private
    def initialize(client, case_ids, options, &under_way)
      @client = client
      @case_ids = case_ids
      @under_way = under_way
      @batch_options, @options = options.partition { |key, _| BATCH_OPTIONS.include?(key) }.map(&:to_h)
      @native_batches = []
      @stats = {}
      super(size_of(case_ids)) { |results| run { |result| results << result } }
    end

    # How far the enumeration is that began last: +:added+, +:waiting+, +:in_flight+, +:ready+, +:fetched+,
    # +:outcomes+, +:requests+, +:retries+, +:readings+, +:slowdowns+, +:connections+, +:http_version+,
    # +:rate_limit+, +:cases_per_second+, +:elapsed_ms+, +:eta_ms+. Empty before the first.
    # @return [Hash{Symbol => Object}]
    def stats
      batch = @native_batches.last
      batch ? batch.stats : @stats
    end

    # Ends every case that is under way; their results, with what is then known, are still given. May be
    # called from any thread and from a trap handler.
    # @return [self]
    def interrupt
      @native_batches.each(&:interrupt)
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
      batch = NativeBatch.new(@client, native_options)
      @native_batches.push(batch)
      @under_way.call(1)
      begin
        work(batch, &block)
      rescue Exception => e # rubocop:disable Lint/RescueException
        @client.keep_unclaimed(batch, e)
        raise
      ensure
        finish(batch)
      end
    end

    def native_options
      { max_in_flight: in_flight_max, max_pending: in_flight_max }.merge(@batch_options.slice(:http2))
    end

    def in_flight_max
      @batch_options[:max_in_flight] || IN_FLIGHT_MAX_DEFAULT
    end

    # Takes an id only when there is room to work on its case now.
    def work(batch, &block)
      json = Native.json(@options)
      batch.create
      pending = 0
      @case_ids.each do |case_id|
        while pending == in_flight_max
          batch.wait_for_result
          pending -= yield_result(batch, &block)
        end
        case_id, case_json = id_and_options(case_id, json)
        batch.add(case_id, case_json)
        pending += 1
        pending -= yield_result(batch, &block) while batch.poll
      end
      while pending.positive?
        batch.wait_for_result
        pending -= yield_result(batch, &block)
      end
    end

    def yield_result(batch)
      yield batch.take
      1
    end

    # An id may come with options of its own.
    def id_and_options(case_id, json)
      return [case_id, json] unless case_id.is_a?(Array)

      case_id, options = case_id
      [case_id, Native.json(@options.merge(options || {}))]
    end

    def finish(batch)
      Thread.handle_interrupt(Object => :never) do
        @client.keep_unclaimed(batch, nil)
        @stats = batch.stats
        @native_batches.delete(batch)
        batch.free
        @under_way.call(-1)
      end
    end
  end
end
