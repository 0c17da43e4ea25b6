"""What the hosts share: a sandbox."""

pytest_plugins = ["sandbox_fixtures"]
