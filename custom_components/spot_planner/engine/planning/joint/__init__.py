"""Joint plans: the finding of times for runs that contend."""
