"""The catalogue: products, variants, collections, pictures, search, and their way in and out as CSV."""
