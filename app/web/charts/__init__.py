"""Charts as SVG, drawn by pure functions: inside pages, and as files that stand alone."""
