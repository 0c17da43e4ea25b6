"""The steps of the bundle's build, one idea to a file."""
