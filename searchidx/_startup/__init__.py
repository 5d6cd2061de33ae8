"""Start-up of a cold search: what exists only to make it fast."""
