"""Hold what developers use and no home runs."""
