"""Staff: who may open the back office, and their sessions."""
