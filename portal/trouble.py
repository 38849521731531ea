"""What goes wrong around the portal rather than in it."""


class Trouble(Exception):
    """One sentence for the person at the terminal: what is wrong and the way out."""
