"""The outbox: letters that were decided on together with what they tell, and are sent afterwards."""
