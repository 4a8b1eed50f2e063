"""The finished bytes, read back and compared with what was to be said."""
