"""A pack: loading, vocabulary, conditions, fields, checks, bans."""
