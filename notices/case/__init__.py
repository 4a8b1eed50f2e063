"""The record: reader, schema check, typed case."""
