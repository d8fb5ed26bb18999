"""Otark: the volumes that a balancing responsible party has traded in Germany."""
