"""What goes out on its own: webhooks, edge purges. Readers of the event log that send to others."""
