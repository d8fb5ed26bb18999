"""Min Strøm: Danish prices, by region, by a point on the map or by address."""
