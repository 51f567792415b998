"""Orders: what was bought, for how much, for whom, and everything that happened to it."""
