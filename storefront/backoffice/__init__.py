"""The merchants' door: orders, events, staff. Nobody passes without signing in."""
