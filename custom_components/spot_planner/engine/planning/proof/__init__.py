"""The proof of how good a joint plan is."""
