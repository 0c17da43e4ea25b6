# frozen_string_literal: true

require_relative "kcase/client"
require_relative "kcase/journal"
require_relative "kcase/native"
require_relative "kcase/version"
require_relative "kcase/webhook"

# Cancels KarmaCheck background-check cases, and tells the truth about what happened.
#
# @example
#   client = KCase::Client.new(base_url: ENV.fetch("SANDBOX"), token: "sandbox-token")
#   client.cancel("00000000-0000-4000-8000-000000000001").to_s  # => "canceled: The case is canceled."
#   client.close
module KCase
  # The version of the library that is loaded.
  # @return [String]
  #
  # @example
  #   KCase.library_version  # => "1.2.0"
  def self.library_version
    Native.string(Native::VERSION_TEXT.call)
  end

  # The file that it was loaded from, or the name that the system's loader was asked for.
  # @return [String]
  def self.library_path
    Native::LIBRARY.path
  end

  # What the library is made of, for logs and bug reports: +:kcase+, +:curl+, +:tls+, +:jansson+, +:ca_file+,
  # +:ca_path+, +:runtime+.
  # @return [Hash{Symbol => Object}]
  #
  # @example
  #   KCase.build_info[:kcase]  # => "1.2.0"
  def self.build_info
    Native.parse(Native::BUILD_INFO.call)
  end
end
