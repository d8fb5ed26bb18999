"""Proofs of what a joint plan costs at least."""
