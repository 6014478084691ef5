"""What is said, as a phone shows it: every message, in Chinese and in English."""
