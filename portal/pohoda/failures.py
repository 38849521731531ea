"""How a channel fails: whether anything was imported is the only question that matters."""


class Failure(Exception):
    """One sentence for the administrator; it never holds a password or a contact."""


class Refused(Failure):
    """Certainly not imported, and asking again changes nothing: somebody has to put it right."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code


class Away(Failure):
    """Certainly not imported: nobody is there now."""


class Unknown(Failure):
    """It was handed over and no answer came. The same pack is sent again, and Pohoda checks for duplicates."""
