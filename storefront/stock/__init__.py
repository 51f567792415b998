"""Stock: a ledger of moves, what is on hand and held, and holds that belong to an order."""
