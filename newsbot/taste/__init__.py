"""What a reader likes, folded from what the reader did."""
