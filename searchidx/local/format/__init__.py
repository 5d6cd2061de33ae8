"""Bytes of an index on the disk: files of arrays, posting lists, term dictionaries, stored rows."""
