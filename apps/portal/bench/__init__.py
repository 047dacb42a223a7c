"""How long the house takes when it is full: measured through the real acts, in a database of its own."""
