"""How a channel fails: whether anything was imported is the only question that matters.

Each failure is a word that lasts and what it is about; SENTENCES has the sentence of every word, in English for DBAs and logs, and
`portal/texts.py` says it in the language of whoever looks. The word goes into the database beside the sentence.
"""


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated when it is said."""
    return sentence


SENTENCES = {
    # mServer
    "bad_url": N_("The address of mServer must look like http://192.168.1.10:10010."),
    "bad_port": N_("The port of mServer's address is no number up to 65535."),
    "bad_user": N_("A colon cannot be part of the user's name."),
    "wrong_company": N_("mServer serves the unit with IČO %(unit)s, and not %(wanted)s."),
    "wrong_database": N_("mServer serves the database %(database)s, and not %(wanted)s."),
    "certificate": N_("The certificate of %(address)s is not trusted: %(why)s."),
    "nobody_answers": N_("Nobody answers at %(address)s (%(why)s)."),
    "no_answer": N_("No answer from mServer at %(address)s (%(why)s)."),
    "answer_too_large": N_("The answer of mServer is larger than allowed."),
    "answer_broke_off": N_("The answer of mServer broke off (%(why)s)."),
    "bad_request": N_("mServer does not understand the request (%(status)s)."),
    "not_signed_in": N_("mServer does not know this user and password (%(status)s)."),
    "not_allowed": N_("The user may not open this accounting unit (%(status)s)."),
    "wrong_path": N_("There is no mServer at this address (%(status)s)."),
    "wrong_method": N_("Something else than mServer answers at this address (%(status)s)."),
    "wrong_version": N_("mServer does not take this version of HTTP (%(status)s)."),
    "redirect": N_("Something else than mServer answers at this address (%(status)s)."),
    "not_mserver": N_("Something else than mServer answers at this address."),
    "not_available": N_("mServer is not available now (%(status)s)."),
    "gave_up": N_("mServer gave up without saying what it did (%(status)s)."),
    # Folders
    "cannot_be_written": N_("%(place)s cannot be written: %(why)s."),
    "cannot_be_removed": N_("%(place)s cannot be removed: %(why)s."),
    "bad_name": N_("A pack of the id %(pack)s cannot be a file."),
    "not_one_line": N_("%(setting)s must be one line of text."),
    "no_such_letter": N_("The INI file is Windows-1250, which lacks a letter of a path."),
    "bad_command": N_("A command line takes no quotes and no line breaks."),
    "no_answer_yet": N_("The request lies in the folder; there is no answer yet."),
    # What is read
    "partly_utf8": N_("The document is partly UTF-8 and partly something else."),
    "undeclared_utf16": N_("The document is in UTF-16 or UTF-32 and does not say so."),
    "declared_encoding": N_("The document declares the encoding %(encoding)s."),
    "document_too_large": N_("The document is larger than %(megabytes)s MB."),
    "too_many_records": N_("The document has more than %(records)s records."),
    "record_too_large": N_("One record is larger than %(megabytes)s MB."),
    "beginning_too_long": N_("Too much stands before the document's root."),
    "text_too_long": N_("A text of the document is too long (line %(line)s)."),
    "too_deep": N_("The document is nested too deep (line %(line)s)."),
    "entity": N_("The document refers to an entity, which Pohoda never does (line %(line)s)."),
    "doctype": N_("The document has a DOCTYPE, which Pohoda never writes."),
    "not_whole": N_("The document is not whole: %(why)s."),
    "not_whole_at": N_("The document is not whole: %(why)s (line %(line)s)."),
    "empty_document": N_("The document is empty."),
    "no_beginning": N_("The document ends before it begins."),
    "other_root": N_("The document is not Pohoda's: it is %(root)s."),
    "web_page": N_("The document is not Pohoda's: it is a web page."),
    "no_xml": N_("The document is not Pohoda's: it is no XML."),
    "other_schema": N_("The document is not Pohoda's: its root is of another schema."),
    "version_one": N_("The document is of version 1, which Pohoda gave up in 2013."),
    "several_questions": N_("The request asks for more than one thing."),
    "no_address_book": N_("The request does not ask for the address book."),
    # What Pohoda answered; in its own words where it has any.
    "pohoda_said": "%(words)s",
    "split_list": N_("Pohoda split the list into several files; ask for fewer contacts at a time."),
    "no_list": N_("Pohoda answered without the list."),
    "no_words": N_("Pohoda refused the pack without a word."),
    "other_pack": N_("Pohoda answered another pack (%(pack)s)."),
    # What the portal decided
    "never_left": N_("It never left: the worker ended before."),
    "came_with_listing": N_("All of it came back with a listing."),
    "nothing_sendable": N_("Nothing in it could be sent."),
    "given_up": N_("Given up by hand."),
    "rows_lost": N_("Rows were lost or not decided."),
    "cut_off": N_("It was cut off, and the next one began."),
    "too_many_gone": N_("%(gone)s of %(known)s contacts would be gone at once."),
    "surprise": N_("Something unexpected happened: %(why)s"),
}
#: Reasons of the network that are met every day; others are the operating system's own words.
WHYS = (N_("it took too long"), N_("there is no such host"), N_("connection refused"))


class Failure(Exception):
    """What went wrong, without a password or a contact: said is what the database keeps of it beside the sentence."""

    def __init__(self, word: str, **details):
        super().__init__(SENTENCES.get(word, word) % details)
        self.said = {"code": word, "details": {name: str(value) for name, value in details.items()}}


class Coded(Failure):
    """Where several sentences are of one kind, which callers tell apart by its code."""

    def __init__(self, code: str, word: str | None = None, **details):
        super().__init__(word or code, **details)
        self.code = code


class Refused(Coded):
    """Certainly not imported, and asking again changes nothing: somebody has to put it right."""


class Unreadable(Coded):
    """A document that is refused."""


class ListRefused(Failure):
    """Pohoda did not give its address book, and said why."""


class Away(Failure):
    """Certainly not imported: nobody is there now."""


class Unknown(Failure):
    """It was handed over and no answer came. The same pack is sent again, and Pohoda checks for duplicates."""
