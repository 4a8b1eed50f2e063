"""Figures and facts become words, for each language."""
