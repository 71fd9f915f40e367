"""How a command ends that cannot do what it was asked for."""


class Refusal(Exception):
    """Ends the program with 1; its text, if it has one, is printed as an error."""
