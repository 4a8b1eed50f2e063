"""The legal team's page: a local server that edits a pack's sentences, shows the letter,
compares and approves. What it writes are the workspace's pack files, one scalar's span at a time.
"""
