"""One address book with Pohoda: the state of the link, what waits, what was said, and what people have to decide."""

from portal.contacts import book, conflicts, duplicates, fields, link, overview, packs, person, rule, words
from portal.contacts.tabs import bp

__all__ = [
    "book",
    "bp",
    "conflicts",
    "duplicates",
    "fields",
    "link",
    "overview",
    "packs",
    "person",
    "rule",
    "words",
]
