"""The pages of promotions under one name, and what their templates are given."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Blueprint, g

from portal import db
from portal.promotions import words

bp = Blueprint("promotions", __name__)
CHANGED = ["promotions-changed"]


@bp.record_once
def add_words(state) -> None:
    # Called at run time: imported macros do not see a context processor's values.
    state.app.jinja_env.globals["rule_words"] = words


@bp.app_template_filter()
def rule_day(moment, last: bool = False) -> str:
    """The validity of a rule as <input type=date> has it, by the clock that it is read by again."""
    if not moment:
        return ""
    if "rule_zone" not in g:
        g.rule_zone = ZoneInfo(db.row("SELECT time_zone FROM as_installation").time_zone)
    # It is stored until the first moment without it.
    return (moment - dt.timedelta(microseconds=1 if last else 0)).astimezone(g.rule_zone).date().isoformat()
