"""All arithmetic, all rounding."""
