"""Turn what power costs on the market into what the customer pays."""
