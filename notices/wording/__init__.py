"""Edits, redline, approvals, signatures, usage, reading hints."""
