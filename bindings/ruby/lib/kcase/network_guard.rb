# frozen_string_literal: true

require "json"
require_relative "errors"

module KCase
  # Whether clients may be made that talk to anything but this machine. See {Testing.forbid_network}.
  # @api private
  module NetworkGuard
    VARIABLE = "KCASE_FORBID_NETWORK"
    # What has an address of its own, and what would be asked there.
    ADDRESSES = %i[base_url proxy].freeze
    LOOPBACK = %r{\Ahttps?://(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?(?:[/?#]|\z)}i.freeze

    @forbidden = 0

    class << self
      # By the environment, or by a block that is running.
      def forbids?(env = ENV)
        @forbidden.positive? || !["", "0"].include?(env[VARIABLE].to_s)
      end

      def forbid
        @forbidden += 1
        return unless block_given?

        begin
          yield
        ensure
          allow
        end
      end

      def allow
        @forbidden -= 1 if @forbidden.positive?
      end

      # @raise [NetworkForbidden] if a client with this configuration could reach another machine
      def check(config)
        return unless forbids?

        distant = ADDRESSES.select { |key| distant?(config[key]) }
        distant.unshift(:environment) if config[:environment]
        return if distant.empty?

        raise NetworkForbidden, "#{distant.join(", ")}: loopback addresses only are allowed, by " \
                                "#{VARIABLE} or KCase::Testing.forbid_network"
      end

      private

      def distant?(address)
        !address.nil? && !LOOPBACK.match?(address.to_s)
      end
    end
  end
  private_constant :NetworkGuard
end
