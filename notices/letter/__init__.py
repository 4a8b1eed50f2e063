"""One letter, from record to proven file; the live gate, the workspace, holds, reissue."""
