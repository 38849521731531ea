"""The customer portal: create_app() puts settings, extensions and blueprints together."""

import os
from urllib.parse import urlsplit

from flask import Flask
from flask_compress import Compress
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal import (
    access,
    accounts,
    assets,
    audit,
    campaigns,
    catalogue,
    catalogues,
    contacts,
    coupons,
    discounts,
    errors,
    finance,
    formats,
    frame,
    health,
    imports,
    jobs,
    logs,
    loyalty,
    marks,
    notifications,
    overview,
    pages,
    people,
    prices,
    profile,
    promotions,
    providers,
    pull,
    reports,
    secrets,
    security,
    settings,
    tariffs,
    templating,
    webhooks,
    wording,
)
from portal.places import ROOT
from portal.trouble import Trouble

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def create_app(**overrides) -> Flask:
    """Build the web application; `overrides` are settings that win over the environment.

    >>> create_app(URL="https://portal.example.com")
    """
    app = Flask("portal", template_folder=ROOT / "templates", static_folder=None)
    app.jinja_environment = templating.PortalEnvironment
    app.config.update(from_environment(), **overrides)
    secure(app)

    Htmx(app)
    Compress(app)
    logs.init_app(app)
    assets.init_app(app)
    catalogues.init_app(app)
    formats.init_app(app)
    access.init_app(app)
    security.init_app(app)
    pages.init_app(app)
    marks.init_app(app)
    frame.init_app(app)
    errors.init_app(app)
    health.init_app(app)

    # One line per blueprint.
    app.register_blueprint(overview.bp)
    app.register_blueprint(tariffs.bp)
    app.register_blueprint(catalogue.bp)
    app.register_blueprint(coupons.bp)
    app.register_blueprint(discounts.bp)
    app.register_blueprint(promotions.bp)
    app.register_blueprint(imports.bp)
    app.register_blueprint(providers.bp)
    loyalty.init_app(app)
    app.register_blueprint(prices.bp)
    app.register_blueprint(reports.bp)
    app.register_blueprint(finance.bp)
    app.register_blueprint(webhooks.bp)
    app.register_blueprint(contacts.bp)
    app.register_blueprint(pull.bp)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(profile.bp)
    app.register_blueprint(people.bp)
    app.register_blueprint(settings.bp)
    app.register_blueprint(audit.bp)
    app.register_blueprint(notifications.bp)
    app.register_blueprint(jobs.bp)
    app.register_blueprint(jobs.messages_bp)
    app.register_blueprint(wording.bp)
    app.register_blueprint(campaigns.bp)

    access.require_rules(app)
    serve_static(app)
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)
    return app


def from_environment() -> dict:
    """What the environment says about the web side.

    PORTAL_URL      the address that people type, https in production
    PORTAL_HOSTS    further host names that may ask, comma-separated
    PORTAL_PROXIES  how many reverse proxies stand in front (their X-Forwarded-… headers are believed)
    PORTAL_SECRET   signs the visitor's cookie, the same for all web processes; else one is made and kept
    PORTAL_BRAND    the name at the top of every page
    """
    return {
        "URL": os.environ.get("PORTAL_URL", "http://localhost:8000"),
        "HOSTS": [name for name in os.environ.get("PORTAL_HOSTS", "").split(",") if name],
        "PROXIES": int(os.environ.get("PORTAL_PROXIES", "0")),
        "SECRET_KEY": os.environ.get("PORTAL_SECRET") or secrets.get("visitors"),
        "BRAND": os.environ.get("PORTAL_BRAND", "Portal"),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "MAX_FORM_PARTS": 200,
        "COMPRESS_MIMETYPES": ["text/html"],
        "COMPRESS_MIN_SIZE": 1000,
    }


def secure(app: Flask) -> None:
    """Derive cookies and trusted hosts from the one public address; plain http is for loopback alone."""
    url = urlsplit(app.config["URL"])
    https = url.scheme == "https"
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    if not host or url.scheme not in ("http", "https"):
        raise Trouble(
            f"PORTAL_URL is {app.config['URL']!r}; it must be an address such as https://portal.example.com"
        )
    if not https and host not in LOOPBACK:
        raise Trouble(f"PORTAL_URL is {app.config['URL']}; only loopback may go without https")
    prefix = "__Host-" if https else ""
    app.config.update(
        HTTPS=https,
        PORTAL_COOKIE=f"{prefix}portal",
        SESSION_COOKIE_NAME=f"{prefix}visitor",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=[host, *app.config["HOSTS"], *(() if https else LOOPBACK)],
    )


def serve_static(app: Flask) -> None:
    """Serve the files of static/ before Flask is asked; their address carries a digest, so they never change."""
    app.wsgi_app = WhiteNoise(
        app.wsgi_app,
        root=assets.STATIC,
        prefix=app.config["STATIC_PREFIX"],
        autorefresh=app.debug,
        allow_all_origins=False,
        immutable_file_test=lambda path, url: not app.debug,
        add_headers_function=security.static_headers,
    )
