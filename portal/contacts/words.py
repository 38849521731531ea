"""Words of the database as people read them."""

import re

from flask_babel import gettext as _

from portal import jobs, texts
from portal.contacts.tabs import bp
from portal.pohoda import failures
from portal.texts import N_

#: Why a contact in Pohoda, which the rule chooses, has no account.
VERDICTS = {
    "register": N_("is being registered"),
    "erased": N_("was erased here"),
    "apart": N_("set apart by hand"),
    "processing_restricted": N_("processing is restricted there"),
    "no_name": N_("no name"),
    "no_email": N_("no e-mail address"),
    "several_emails": N_("several e-mail addresses"),
    "broken_email": N_("broken e-mail address"),
    "email_taken": N_("another account has this e-mail"),
    "shared_email": N_("two contacts share this e-mail"),
    "possible_duplicate": N_("may be somebody who is here"),
}
#: Why something of a person is not in Pohoda.
FAILURES = {
    "missing_name": N_("Pohoda wants a company or a name."),
    "missing_city": N_("Pohoda wants a city."),
    "too_long": N_("A value is longer than Pohoda's field."),
    "bad_character": N_("A value has a character that cannot be written."),
    "not_representable": N_("A value has letters that Pohoda cannot store."),
    "bad_country": N_("Pohoda does not know this country."),
    "missing_id": N_("The username is empty."),
    "gone": N_("The contact is not in Pohoda any more."),
    "linked_to_other": N_("Pohoda says that it is the contact of somebody else."),
    "no_id": N_("Pohoda took it and named no contact."),
    "no_answer": N_("Pohoda has not answered about it, five times."),
    "pohoda_error": N_("Pohoda refuses it."),
}
#: Why a value from Pohoda was not taken.
DISPUTES = {
    "both_changed": N_("changed on both sides"),
    "rule": N_("decided by the rule of the field"),
    "invalid_phone": N_("theirs is no phone number"),
    "phone_taken": N_("theirs belongs to another account"),
    "last_key": N_("without ours nobody could sign in"),
    "invalid_email": N_("theirs is no e-mail address"),
    "email_taken": N_("theirs belongs to another account"),
    "invalid_name": N_("theirs is no name"),
    "too_long": N_("theirs is too long"),
    "bad_character": N_("theirs cannot be written"),
    "bad_country": N_("theirs is no country"),
}
#: What two entries have in common.
MATCHES = {
    "ico": N_("the same IČO"),
    "email": N_("the same e-mail"),
    "phone": N_("the same phone"),
    "name_city": N_("the same name and city"),
}


@bp.record_once
def init_app(state) -> None:
    state.app.jinja_env.globals["clock"] = jobs.now


@bp.app_template_global()
def ctr_told(said: dict | None, words: str | None) -> str | None:
    """What went wrong with the link in the reader's language; what Pohoda said itself stays in its words."""
    return texts.told(failures.SENTENCES, said, words)


@bp.app_template_global()
def ctr_says(kind: str, word: str) -> str:
    """A word of the database as a person reads it."""
    known = {"verdict": VERDICTS, "failure": FAILURES, "dispute": DISPUTES, "match": MATCHES}[kind]
    number = re.fullmatch(r"pohoda_(\d+)", word)
    if kind == "failure" and number:
        return _("Pohoda refuses it with its error %(number)s.", number=number[1])
    return texts.sentence(known.get(word), {}, word)
