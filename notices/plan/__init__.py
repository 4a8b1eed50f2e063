"""Which letter comes next, and what holds it back."""
