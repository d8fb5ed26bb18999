"""Actions of the integration; `services` registers them."""
