"""The store: what it is called, where it is, and how it takes money, as its merchants say."""
