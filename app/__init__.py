"""The AI Morning Post: a content API for a daily newspaper on artificial intelligence."""

__version__ = "0.1.0"
