"""Work out prices, tariffs, windows and plans without Home Assistant."""
