"""The legal team's desk: a web page on this machine that edits a pack's sentences, shows the page,
compares and approves. What it writes are the workspace's pack files, one scalar's span at a time.
"""
