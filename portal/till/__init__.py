"""What shop tills ask: a small application of its own, with its own process, port and database role.

A version of the API is a blueprint, so that tills which are updated late go on asking the old one.
"""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import from_environment, logs
from portal.till import answers, openapi, v1

#: What tills may ask, by the word in the address.
VERSIONS = {"v1": v1.bp}


def create_app(**overrides) -> Flask:
    app = Flask("portal.till", static_folder=None, template_folder=None)
    environment = from_environment()
    app.config.update({"PROXIES": environment["PROXIES"], "MAX_CONTENT_LENGTH": openapi.LARGEST}, **overrides)
    # Told as it is written: an answer that is given again is the same to the byte.
    app.json.sort_keys = False
    logs.init_app(app)
    answers.init_app(app, versions=list(VERSIONS))
    for version, blueprint in VERSIONS.items():
        app.register_blueprint(blueprint, url_prefix=f"/api/{version}")
    if app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=app.config["PROXIES"])
    return app
