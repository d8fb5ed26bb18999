"""Appliances in Home Assistant: from a plan to a switch that is really on, and off again."""
