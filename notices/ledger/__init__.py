"""What was issued, when, with which text, and what became of it."""
