"""Writing of an index: the writer and its lock, merges, checks and repair."""
