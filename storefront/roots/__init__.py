"""The roots: where rooms and doors are put together into a web application and a command line."""
