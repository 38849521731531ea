"""Whole pages or the fragments that htmx asked for; answers to forms; paging."""

import base64
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

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
    url_for,
)
from markupsafe import Markup

from portal import charts, texts

THEMES = ("auto", "light", "dark")
PAGE_SIZE = 25


def init_app(app: Flask) -> None:
    # Called at run time: imported macros do not see a context processor's values.
    app.jinja_env.globals.update(
        person=lambda: g.get("person"),
        outcome=lambda: g.get("outcome"),
        say=texts.say,
        line=texts.line,
        why=texts.why,
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


def told(outcome, page: str, fragment: str, /, **values: Any) -> Response:
    """A page that shows what its own address asks for: 422 with the reason beside its field where that was refused.

    `outcome` is None where the address asks for nothing yet.
    """
    refused = outcome is not None and not outcome.ok
    if refused:
        # What a form was answered on the way here comes first.
        g.outcome = g.get("outcome") or outcome
    response = render(page, fragment, **values)
    if refused:
        response.status_code = 422
    return response


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
    # A form that only asks, such as a simulation, stands in the address.
    given = request.form if request.method == "POST" else request.args
    return given.get(name, "") if refused else value


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


def after(columns: int | None = None) -> list[str] | None:
    """The last row's key of the page before, from the address; what is not that means the first page.

    Text, also where it was a number: the query casts it, so that a mark which somebody made up is at most unreadable.
    """
    try:
        mark = json.loads(base64.urlsafe_b64decode(request.args["after"].encode()))
        if not isinstance(mark, list) or any(type(value) not in (str, int) for value in mark):
            return None
        mark = [str(value) for value in mark]
        "".join(mark).encode()
    except (KeyError, ValueError, RecursionError):
        return None
    return mark if columns in (None, len(mark)) else None


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


def with_args(path: str | None = None, /, **changes: Any) -> str:
    """This address, or another path, with this one's arguments and others; None takes one away."""
    arguments = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in arguments.items() if value not in (None, "")}
    # Not through url_for, which would take a stranger's _scheme or _external for its own.
    path = path or url_for(request.endpoint, **request.view_args)
    return f"{path}?{urlencode(kept)}" if kept else path


def attrs(values: dict) -> Markup:
    """Keyword arguments of a macro as HTML attributes: hx_get becomes hx-get, False and None are left out."""
    return Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), "" if value is True else value)
        for name, value in values.items()
        if value is not False and value is not None
    )
