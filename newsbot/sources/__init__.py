"""Stage: where news comes from. A catalogue, bytes to entries, and when to ask again."""
