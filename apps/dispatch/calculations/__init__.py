"""Pure parts: no Django."""
