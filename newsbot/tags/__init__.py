"""What an article is about, in a few canonical words, and whether it is news at all."""
