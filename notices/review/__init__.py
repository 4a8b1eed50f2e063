"""Comparing, rehearsing, editing and beginning packs; approvals entered."""
