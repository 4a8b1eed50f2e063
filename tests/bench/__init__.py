"""`python -m tests.bench`: measured, never asserted. Only ratios of one run are worth quoting."""
