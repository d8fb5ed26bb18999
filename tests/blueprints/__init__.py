"""Run the blueprints: what their automations do, and what they leave alone."""
