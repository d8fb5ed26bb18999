"""Change answers at random, for every vendor."""
