"""Who of Pohoda's contacts is registered by himself."""

import re
from types import SimpleNamespace

from flask import request

from portal import access, db, pages
from portal.contacts.tabs import HOME, bp, show
from portal.forms import asker, fields


@bp.get(f"{HOME}/rule")
@access.manager
def rule(given=None, trial=None):
    return show(
        "rule",
        rule=given or db.row("SELECT * FROM ctr_ruleInfo"),
        trial=trial,
        groups=names_of("regexp_split_to_table(group_names, ',')"),
        labels=names_of("jsonb_array_elements_text(labels)"),
    )


@bp.post(f"{HOME}/rule")
@access.admin
def saveRule():
    """Try the rule of the form out, or keep it."""
    conditions = fields("kind", "emailChoice", "locale") | {
        "groups": lines("groups"),
        "labels": lines("labels"),
        "seenSince": request.form.get("seenSince") or None,
    }
    tried = db.call("ctr_tryRule", **conditions, actor=access.actor())
    if "try" in request.form:
        if not tried.ok:
            return pages.answer(tried, rule)
        return rule(as_typed(conditions), tried.details)
    outcome = db.call(
        "ctr_saveRule",
        **conditions,
        isOn="isOn" in request.form,
        expected=request.form.get("expected") or None,
        **asker(),
    )
    if outcome.reason == "count_changed":
        return pages.answer(outcome, rule, given=as_typed(conditions), trial=tried.details)
    return pages.answer(outcome, rule)


def as_typed(conditions: dict) -> SimpleNamespace:
    """A rule that is not kept yet, under the names of ctr_ruleInfo."""
    return SimpleNamespace(
        is_on="isOn" in request.form,
        seen_since=conditions["seenSince"],
        email_choice=conditions["emailChoice"],
        **{name: conditions[name] for name in ("kind", "groups", "labels", "locale")},
    )


def lines(name: str) -> list[str]:
    """One a line, or with commas between them."""
    return [word.strip() for word in re.split(r"[\n,]", request.form.get(name, "")) if word.strip()]


def names_of(words: str) -> list[str]:
    """Which groups or labels Pohoda's contacts have."""
    rows = db.read(
        f"SELECT DISTINCT btrim(one) AS name FROM ctr_contactList CROSS JOIN LATERAL {words} AS one"
        " WHERE btrim(one) <> '' ORDER BY name LIMIT 50"
    )
    return [row.name for row in rows]
