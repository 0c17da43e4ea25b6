# frozen_string_literal: true

require "fiddle"
require_relative "version"

module KCase
  # Raised by +require "kcase"+ where the library is not found, cannot be loaded, or does not fit this gem.
  # It is a LoadError, as for any file that cannot be required; the loader's own words are in the message.
  class LibraryError < LoadError; end

  # Finds libkcase.so.1 and checks that it fits.
  # @api private
  class Library
    NAME = "libkcase.so.1"
    PACKAGED = File.join(__dir__, "native", NAME).freeze
    VARIABLE = "KCASE_LIBRARY"

    # The one that the gem carries; else the one that KCASE_LIBRARY names; else the system's.
    def self.find(packaged: PACKAGED, env: ENV)
      return new(packaged) if File.exist?(packaged)

      named = env[VARIABLE].to_s
      new(named.empty? ? NAME : named)
    end

    # Where it was loaded from: a path, or the name that the system's loader was asked for.
    attr_reader :path

    def initialize(path)
      @path = path
      @handle = Fiddle.dlopen(path)
      check_version
    rescue Fiddle::DLError => e
      raise LibraryError, "kcase: #{path} cannot be loaded: #{e.message}. #{advice}", cause: nil
    end

    # The address of one of its functions.
    def [](function)
      @handle[function]
    rescue Fiddle::DLError => e
      raise LibraryError, "kcase: #{path} is not the library kcase: #{e.message}", cause: nil
    end

    private

    def advice
      return "The gem is damaged: install it again" if path == PACKAGED

      "Install the gem for your platform, which carries the library; or name the file in #{VARIABLE}; " \
        "or install it where the system's loader looks"
    end

    # The library keeps its interface within a major version: a newer one is welcome.
    def check_version
      number = Fiddle::Function.new(self["kcase_version_number"], [], Fiddle::TYPE_INT).call
      return if number.between?(number_of(VERSION), 19_999)

      raise LibraryError, "kcase: #{path} has version #{text_of(number)}; this gem, version #{VERSION}, " \
                          "needs #{VERSION} or a later 1.x"
    end

    def number_of(version)
      major, minor, patch = version.split(".").map(&:to_i)
      (major * 10_000) + (minor * 100) + patch
    end

    def text_of(number)
      [number / 10_000, number / 100 % 100, number % 100].join(".")
    end
  end
end
