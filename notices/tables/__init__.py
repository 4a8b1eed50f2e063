"""Tables: encodings, mapping, items, rejects."""
