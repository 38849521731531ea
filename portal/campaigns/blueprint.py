"""The pages of campaigns under one name, and what their templates are given."""

from flask import Blueprint, request

from portal.campaigns import words

bp = Blueprint("campaigns", __name__)
#: How an address names a campaign or a segment: any number that PostgreSQL reads.
ID = "<int(max=9223372036854775807):{}>"


@bp.record_once
def add_words(state) -> None:
    # Called at run time: imported macros do not see a context processor's values.
    state.app.jinja_env.globals["campaign_words"] = words


def key() -> str | None:
    return request.form.get("requestKey") or None
