"""Patterns of a query: wildcards, fuzzy words, proximity, regular expressions, pinyin."""
