"""The cart: a pure value made from and back to a cookie, what it costs today, and what sending it costs."""
