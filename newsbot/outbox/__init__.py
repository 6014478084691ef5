"""What becomes of a message on its way: when it may leave, and what an attempt to send it means."""
