"""Pure functions over texts: normal form, blocks with stable ids, comparison."""
