"""What the tests of the schemas share: a sandbox."""

pytest_plugins = ["sandbox_fixtures"]
