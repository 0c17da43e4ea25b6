# frozen_string_literal: true

module KCase
  # The version of this gem, and the oldest version of the library that it works with.
  VERSION = "1.2.0"
end
