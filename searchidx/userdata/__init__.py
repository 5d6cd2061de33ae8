"""Files of the user: saved searches and history."""
