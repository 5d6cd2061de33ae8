"""Files that belong to the user: saved searches and history."""
