"""Products in: a file in Shopify's columns is read, grouped by product, judged, and put into the catalogue."""
