"""Why a payment was closed, in a word that its row keeps."""

REVISED = "revised"
CANCELLED = "cancelled"
SOLD_OUT = "sold_out"
SECOND = "second"
CALLED_OFF = "called_off"
"""called_off: its hold was released because the order was cancelled."""
