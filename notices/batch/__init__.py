"""Many records: one run, its folder, its workers, its report; the dry run."""
