"""What comes in: sources, asked politely and believed carefully. No HTTP server, no SQL."""
