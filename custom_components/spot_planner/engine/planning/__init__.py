"""The planning of runs by price: alone, together, and how good that is."""
