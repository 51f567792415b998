"""Reports: what the rows of several rooms say together, for the merchant."""
