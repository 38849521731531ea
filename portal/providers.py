"""The administrator's pages about who carries messages: providers, channels, and what goes on them."""

import json
from types import SimpleNamespace

from flask import Blueprint, abort, request, url_for
from psycopg.types.json import Jsonb

from portal import access, db, formats, pages, secrets
from portal.forms import amount, asker, fields

bp = Blueprint("providers", __name__)

PROVIDER = "/messages/providers/<code>"
#: What carries a channel, and how it is reached to begin with.
DRIVERS = {
    "email": ("smtp", "folder"),
    "sms": ("http",),
    "webhook": ("webhook",),
    "cabinet": ("cabinet",),
    "file": ("file",),
}
BEGINNINGS = {
    "smtp": {},
    "http": {
        "url": "https://sms.example.com/send",
        "method": "POST",
        "body": "json",
        "headers": {"Authorization": "Bearer {secret}", "Idempotency-Key": "{reference}"},
        "fields": {"to": "{to}", "text": "{text}", "from": "{sender}", "reference": "{reference}"},
        "sender": "Portal",
        "idPath": "id",
        "statusURL": "https://sms.example.com/status?reference={reference}",
        "statusPath": "state",
        "absentStates": ["unknown"],
    },
    "webhook": {"url": "https://bot.example.com/messages"},
}


@bp.get("/messages/providers")
@access.admin
def providers():
    rows = db.read("SELECT * FROM ntf_channelList ORDER BY kind_order, kind, channel_order")
    return pages.render(
        "providers/page.html",
        "providers/_providers.html",
        currency=formats.currency(),
        providers=db.read("SELECT * FROM ntf_providerList ORDER BY channel_order, position, code"),
        channels=list({row.channel: row for row in rows}.values()),
        kinds={
            kind: [row for row in rows if row.kind == kind]
            for kind in dict.fromkeys(row.kind for row in rows)
        },
    )


@bp.get("/messages/providers/new")
@access.admin
def newProvider():
    channel = request.args.get("channel", "sms")
    driver = DRIVERS.get(channel, (channel,))[0]
    return provider_form(
        SimpleNamespace(
            code=None, name="", channel=channel, driver=driver, position=20, settings=BEGINNINGS.get(driver, {}),
            rate_per_second=None, burst=None, daily_cap=None, price_per_part=0, slow_seconds=10, failures_to_open=5,
        )
    )  # fmt: skip


@bp.get(PROVIDER)
@access.admin
def provider(code):
    return provider_form(provider_of(code))


def provider_form(row):
    return pages.render(
        "providers/provider.html",
        "providers/_provider.html",
        currency=formats.currency(),
        provider=row,
        channels=[
            each.code for each in db.read("SELECT DISTINCT channel AS code FROM ntf_channelList ORDER BY 1")
        ],
        drivers=DRIVERS.get(row.channel, (row.channel,)),
        settings=json.dumps(row.settings, ensure_ascii=False, indent=2),
        has_secret=bool(row.code and secrets.known(f"provider:{row.code}")),
    )


@bp.post("/messages/providers/new")
@access.admin
def addProvider():
    return save(request.form.get("code", "").strip(), newProvider)


@bp.post(PROVIDER)
@access.admin
def saveProvider(code):
    provider_of(code)
    return save(code, lambda: provider(code))


def save(code, form):
    outcome = db.call(
        "ntf_saveProvider",
        code=code,
        **fields("name", "channel", "driver", "place", "burst", "failuresToOpen"),
        **{name: amount(name) for name in ("ratePerSecond", "dailyCap", "pricePerPart", "slowSeconds")},
        settings=read_settings(),
        **asker(),
    )
    if not outcome.ok:
        return pages.answer(outcome, form)
    if secret := request.form.get("secret"):
        secrets.keep(f"provider:{code}", secret)
    return pages.answer(outcome, url_for("providers.providers"))


@bp.post(PROVIDER + "/enabled")
@access.admin
def enable(code):
    outcome = db.call(
        "ntf_setProviderEnabled", code=code, isEnabled=request.form.get("isEnabled") == "true", **asker()
    )
    return pages.answer(outcome, providers)


@bp.post(PROVIDER + "/reset")
@access.admin
def reset(code):
    return pages.answer(db.call("ntf_resetProvider", code=code, **asker()), providers)


@bp.post(PROVIDER + "/test")
@access.admin
def test(code):
    outcome = db.call("ntf_testProvider", code=code, username=access.actor(), **fields("address"), **asker())
    return pages.answer(outcome, providers)


@bp.post("/messages/channels/<code>")
@access.admin
def setChannel(code):
    outcome = db.call(
        "ntf_setChannelEnabled", code=code, isEnabled=request.form.get("isEnabled") == "true", **asker()
    )
    return pages.answer(outcome, providers)


@bp.post("/messages/kinds/<kind>/<channel>")
@access.admin
def setKind(kind, channel):
    outcome = db.call(
        "ntf_setKindChannel", kind=kind, channel=channel, isOn=request.form.get("isOn") == "true", **asker()
    )
    return pages.answer(outcome, providers)


def read_settings() -> Jsonb:
    """What was typed as JSON; what is none stays text, which the procedure refuses."""
    typed = request.form.get("settings", "").strip() or "{}"
    try:
        return Jsonb(json.loads(typed))
    except (ValueError, RecursionError):
        return Jsonb(typed)


def provider_of(code: str):
    return db.row("SELECT * FROM ntf_providerList WHERE code = %s", [code]) or abort(404)
