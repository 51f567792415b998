"""What doors share: the database session of a request, headers, refusal of cross-site posts, rate limits, errors, logging."""
