"""Print files, reconciliation, carriers' tables, delivery reports."""
