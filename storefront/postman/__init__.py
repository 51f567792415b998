"""The postman: writes the letters that the outbox holds, and hands them to the mail server."""
