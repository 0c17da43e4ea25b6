# frozen_string_literal: true

# The simulated KarmaCheck server, as a program to be started by tests.
module KCaseSandbox
  # The program's file. Started with "--port", "0" it takes a free port of loopback, which its first line
  # names; SIGTERM ends it.
  #
  # @return [String]
  def self.path
    File.expand_path("../libexec/kcase-sandbox", __dir__)
  end
end
