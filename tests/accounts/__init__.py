"""Fictional overdue accounts, sound and defective, as a source system would export them."""
