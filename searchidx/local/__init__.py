"""The local engine: an index of segments in one directory, searched by arrays read from its files."""
