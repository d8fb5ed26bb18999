"""Providers: what asks the companies' APIs, with a folder for each company."""
