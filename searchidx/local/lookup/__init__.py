"""Look-up of terms and substrings: paragraph numbers of each."""
