"""Bilingual letters about money owed: checked before they are rendered, proven after."""
