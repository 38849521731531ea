"""Whole pages or the fragments that htmx asked for; answers to forms; paging; the menu."""

import base64
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal import access, charts, texts


class Item(NamedTuple):
    """A line of the menu; it is shown once its address exists and the person has the role."""

    text: str
    path: str
    icon: str
    role: str = "user"
    group: str = ""


MENU = (
    Item(_l("Overview"), "/", "home"),
    Item(_l("Tariff"), "/tariff", "packages"),
    Item(_l("Finance"), "/finance", "wallet"),
    Item(_l("Profile"), "/profile", "user"),
    Item(_l("Money desk"), "/money", "cash", "manager"),
    Item(_l("Tariffs"), "/tariffs", "table", "admin", "manage"),
    Item(_l("Users"), "/users", "users", "admin", "manage"),
    Item(_l("Reports"), "/reports", "chart-bar", "admin", "manage"),
    Item(_l("Messages"), "/messages", "mail", "admin", "manage"),
    Item(_l("Jobs"), "/jobs", "clock-play", "admin", "manage"),
    Item(_l("Settings"), "/settings", "settings", "admin", "manage"),
    Item(_l("Audit"), "/audit", "history", "admin", "manage"),
)
THEMES = ("auto", "light", "dark")
PAGE_SIZE = 25


def init_app(app: Flask) -> None:
    app.add_url_rule("/keys", "keys", keys)
    # Called at run time: imported macros do not see a context processor's values.
    app.jinja_env.globals.update(
        person=lambda: g.get("person"),
        at=at,
        here=here,
        menu=menu,
        theme=theme,
        outcome=lambda: g.get("outcome"),
        say=texts.say,
        line=texts.line,
        posted=posted,
        refusal_of=refusal_of,
        refusal_left=refusal_left,
        enter_form=enter_form,
        leave_form=leave_form,
        request_key=request_key,
        sorted_by=sorted_by,
        with_args=with_args,
        line_chart=charts.line,
        bar_chart=charts.bars,
        request_id=lambda: g.get("request_id", ""),
        whole=lambda: not wants_fragment(),
    )
    app.jinja_env.filters["attrs"] = attrs
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


# Answers


def wants_fragment() -> bool:
    """True for an htmx request; a boosted link and a step back in history want the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def render(page: str, fragment: str, /, **values: Any) -> Response:
    """The fragment for htmx, the page that includes it for everybody else.

    >>> render("tariffs/page.html", "tariffs/_tariffInfo.html", tariff=tariff)
    """
    return make_response(render_template(fragment if wants_fragment() else page, **values))


def answer(
    outcome,
    done: Callable | str,
    /,
    *,
    form: Callable | None = None,
    close: bool = False,
    events: Iterable[str] = (),
    quiet: bool = False,
    **arguments: Any,
) -> Response:
    """Answer a form: done is 303 (or the fragment), refused is 422 with the form as it was filled in.

    `done` and `form` are views; `form` is shown again after a refusal and is `done` where that holds the form itself.
    `arguments` go to both. `close` closes the dialog that the form stood in; `events` make other fragments refresh.

    >>> answer(outcome, tariffInfo, form=changeTariff, close=True, events=["tariff-changed"], username=username)
    """
    if not outcome.ok:
        g.outcome = outcome
        response = make_response((form or done)(**arguments))
        response.status_code = 422
        return response

    text = texts.say(outcome)
    address = done if isinstance(done, str) else url_for(endpoint(done), **arguments)
    if not wants_fragment():
        if not quiet:
            flash(text, outcome.reason)
        return redirect(address, 303)
    if close:
        response = close_modal(Response(status=204))
    elif isinstance(done, str):
        if not quiet:
            flash(text, outcome.reason)
        return Response(status=204, headers={"HX-Redirect": address})
    else:
        response = make_response(done(**arguments))
    trigger(response, {event: {} for event in events})
    return response if quiet else toast(response, text, reason=outcome.reason)


def endpoint(view: Callable) -> str:
    return next(name for name, known in current_app.view_functions.items() if known is view)


def toast(response: Response, text: str, kind: str = "success", reason: str = "") -> Response:
    """Show a sentence in the corner: at once under htmx."""
    return trigger(response, {"toast": {"text": text, "kind": kind, "reason": reason}})


def close_modal(response: Response) -> Response:
    return trigger(response, {"modal-close": {}})


def trigger(response: Response, events: dict) -> Response:
    """Add events to HX-Trigger, which htmx dispatches even where it swaps nothing."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    if known | events:
        response.headers["HX-Trigger"] = json.dumps(known | events)
    return response


# What a form shows again after a refusal


def enter_form(action: str) -> str:
    g.form_action = action.partition("?")[0]
    return ""


def leave_form() -> str:
    g.pop("form_action", None)
    return ""


def is_this_form() -> bool:
    """Of several forms on a page only the posted one shows what was typed and what was wrong."""
    return g.get("form_action") in (None, request.script_root + request.path)


def posted(name: str, value: Any = None) -> Any:
    """What the person typed into the refused form, else the value that stands in the database."""
    refused = g.get("outcome") is not None and is_this_form()
    return request.form.get(name, "") if refused else value


def refusal_of(name: str):
    """The refusal, where it is about this field."""
    outcome = g.get("outcome")
    if outcome is None or outcome.ok or not is_this_form() or field_of(outcome) != name.lower():
        return None
    g.refusal_shown = True
    return outcome


def refusal_left():
    """The refusal that no field has shown yet."""
    outcome = g.get("outcome")
    if outcome is None or g.get("refusal_shown") or not is_this_form():
        return None
    g.refusal_shown = True
    return outcome


def field_of(outcome) -> str:
    # PostgreSQL folds parameter names: tariffid is the form's tariffID.
    return str((outcome.details or {}).get("field") or "").lower()


def request_key() -> str:
    """One key per form shown: sent twice it has one effect; a refused form keeps its key."""
    return posted("requestKey") or str(uuid.uuid4())


# Paging and sorting


class Page(NamedTuple):
    """Rows of one page and the mark after which the next one begins."""

    rows: list
    after: str | None


def after() -> list | None:
    """The last row's key of the page before, from the address; anything unreadable means the first page."""
    try:
        mark = json.loads(base64.urlsafe_b64decode(request.args["after"].encode()))
    except (KeyError, ValueError):
        return None
    return mark if isinstance(mark, list) else None


def page_size() -> int:
    size = request.args.get("size", PAGE_SIZE, type=int)
    return min(max(size, 10), 200)


def keyset(rows: list, *columns: str, size: int | None = None) -> Page:
    """Cut one row too many into a page; `columns` are what it is ordered by.

    >>> mark = pages.after() or [None, None]
    >>> rows = db.read("SELECT … WHERE %s IS NULL OR (posted, id) < (%s, %s) ORDER BY … LIMIT %s", […, size + 1])
    >>> page = pages.keyset(rows, "posted", "id")
    """
    size = size or page_size()
    if len(rows) <= size:
        return Page(rows, None)
    rows = rows[:size]
    mark = json.dumps([getattr(rows[-1], column) for column in columns], default=str)
    return Page(rows, base64.urlsafe_b64encode(mark.encode()).decode())


def sorted_by(key: str) -> str | None:
    """What aria-sort says of a column; the address has sort=name or sort=-name."""
    return {key: "ascending", f"-{key}": "descending"}.get(request.args.get("sort", ""))


def with_args(**changes: Any) -> str:
    """This address with other arguments; None takes one away."""
    arguments = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in arguments.items() if value not in (None, "")}
    return url_for(request.endpoint, **{**request.view_args, **kept})


# The frame of a page


def menu(group: str = "") -> list[Item]:
    """The lines that exist here and that this person may use."""
    if "menu" not in g:
        paths = current_app.extensions.get("paths")
        if paths is None:
            paths = current_app.extensions["paths"] = {rule.rule for rule in current_app.url_map.iter_rules()}
        g.menu = [item for item in MENU if item.path in paths and access.has_role(item.role)]
    return [item for item in g.menu if item.group == group]


@access.public
def keys() -> Response:
    """The list of keyboard shortcuts, in a dialog or as a page."""
    return render("keys.html", "_keys.html")


def at(path: str) -> str:
    """The address of a path of this site, wherever the site is mounted."""
    return request.script_root + path


def here(path: str) -> bool:
    """True where the menu's line leads to this page or to what is below it."""
    return request.path == path or (path != "/" and request.path.startswith(path + "/"))


def theme() -> str:
    choice = g.person.theme if g.get("person") else session.get("theme")
    return choice if choice in THEMES else "auto"


def attrs(values: dict) -> Markup:
    """Keyword arguments of a macro as HTML attributes: hx_get becomes hx-get, False and None are left out."""
    return Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), "" if value is True else value)
        for name, value in values.items()
        if value is not False and value is not None
    )
