"""Flows: the forms and steps that set up entries, options and appliances."""
