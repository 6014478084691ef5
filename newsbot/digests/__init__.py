"""What one reader gets, and when."""
