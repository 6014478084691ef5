"""The nouns: frozen values that pass between stages, doors and flows.

They import nothing of ours but each other.
"""
