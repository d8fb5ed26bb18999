"""EnergySignal: the French day-ahead market, and the reserves beside it."""
