"""The command line, one of the doors: only doors read notices.toml, the clock, the locale."""
