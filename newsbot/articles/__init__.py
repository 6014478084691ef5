"""A page or an entry in, a clean article out."""
