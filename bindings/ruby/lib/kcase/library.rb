# frozen_string_literal: true

require "fiddle"
require_relative "version"

module KCase
  # Raised by +require "kcase"+ where the library is not found, cannot be loaded, or does not fit this gem.
  # It is a LoadError, as for any file that cannot be required. The message says which file it was and why
  # that one, has the loader's own words, and says what to do.
  class LibraryError < LoadError; end

  # Finds libkcase.so.1 and checks that it fits.
  # @api private
  class Library
    NAME = "libkcase.so.1"
    PACKAGED = File.join(__dir__, "native", NAME).freeze
    VARIABLE = "KCASE_LIBRARY"

    # Why it is this file; and what to do if that one cannot be loaded.
    ORIGINS = {
      packaged: ["it came with the gem", "Install the gem that is built for this system"],
      named: ["#{VARIABLE} names it", "Correct #{VARIABLE}"],
      system: [
        "the gem carries none and #{VARIABLE} is not set, so the system's loader was asked",
        "Install the gem for your platform, which carries the library; or name its file in #{VARIABLE}; or " \
        "install it where the system's loader looks"
      ]
    }.freeze
    # What the loader's words mean, where they do not say it themselves.
    MEANINGS = {
      /GLIBC_/ => "this system's C library is too old for it",
      /wrong ELF class|invalid ELF header|file too short|Exec format/ =>
        "it is damaged, or not for this kind of machine",
      /relocating|symbol not found|Error loading|ld-linux/ =>
        "it needs the GNU C library, which this system does not have",
      /failed to map segment/ => "its file system does not let programs run (noexec)"
    }.freeze

    # The one that the gem carries; else the one that KCASE_LIBRARY names; else the system's.
    def self.find(packaged: PACKAGED, env: ENV)
      return new(packaged, :packaged) if File.exist?(packaged)

      named = env[VARIABLE].to_s
      named.empty? ? new(NAME, :system) : new(named, :named)
    end

    # Where it was loaded from: a path, or the name that the system's loader was asked for.
    attr_reader :path

    def initialize(path, origin = :named)
      @path = path
      @why, @advice = ORIGINS.fetch(origin)
      @handle = open
      @has_version = check_version
    end

    # The address of one of its functions.
    def [](function)
      @handle[function]
    rescue Fiddle::DLError => e
      what = @has_version ? "lacks what its version should have" : "is not the library kcase"
      raise LibraryError, "kcase: #{path} (#{@why}) #{what}: #{e.message}. #{@advice}", cause: nil
    end

    private

    def open
      Fiddle.dlopen(path)
    rescue Fiddle::DLError => e
      _, meaning = MEANINGS.find { |words, _| words.match?(e.message) }
      raise LibraryError, "kcase: #{path} (#{@why}) cannot be loaded: #{e.message}" \
                          "#{": #{meaning}" if meaning}. #{@advice}", cause: nil
    end

    # The library keeps its interface within a major version: a newer one is welcome.
    def check_version
      number = Fiddle::Function.new(self["kcase_version_number"], [], Fiddle::TYPE_INT).call
      return true if number.between?(number_of(VERSION), 19_999)

      raise LibraryError, "kcase: #{path} (#{@why}) has version #{text_of(number)}; this gem, version " \
                          "#{VERSION}, needs #{VERSION} or a later 1.x. #{@advice}"
    end

    def number_of(version)
      major, minor, patch = version.split(".").map(&:to_i)
      (major * 10_000) + (minor * 100) + patch
    end

    def text_of(number)
      [number / 10_000, number / 100 % 100, number % 100].join(".")
    end
  end
  private_constant :Library
end
