"""What the actions of the integration do; `services` registers them."""
