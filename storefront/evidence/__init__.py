"""Evidence: what the shop can show a bank that asks a payment back, gathered from every room by itself."""
