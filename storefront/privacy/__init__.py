"""Privacy: all that is held about a buyer, handed out as one file, or erased but for what the law wants kept."""
