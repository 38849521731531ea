import re

import pytest

from portal import access, create_app
from portal.trouble import Trouble
from tests.web import kit

# Forged requests


def test_a_form_with_its_token_is_taken(visitor, token):
    assert visitor.post("/kit/change", data={"csrf_token": token}).status_code == 303
    assert visitor.post("/kit/change", headers={"X-CSRFToken": token}).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "0" * 80, "é" * 80])
def test_a_form_without_its_token_is_refused(visitor, token):
    visitor.get("/kit")
    answer = visitor.post("/kit/change", data={"csrf_token": token})
    assert answer.status_code == 403
    assert "This form has expired" in answer.text


def test_the_token_of_somebody_else_is_refused(site, token):
    other = site.test_client()
    other.get("/kit")
    assert other.post("/kit/change", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_token_does_not_help_another_site(visitor, token, headers):
    assert visitor.post("/kit/change", data={"csrf_token": token}, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_our_own_pages_are_let_through(visitor, token, headers):
    assert visitor.post("/kit/change", data={"csrf_token": token}, headers=headers).status_code == 303


def test_tokens_differ_from_page_to_page(visitor):
    tokens = {re.search(r'name="csrf_token" value="(\w+)"', visitor.get("/kit").text)[1] for _ in range(3)}
    assert len(tokens) == 3


def test_a_signed_webhook_needs_no_token(visitor):
    assert visitor.post("/kit/webhook", json={}).status_code == 200


# Who may open what


@pytest.mark.parametrize("path", ["/kit/own", "/kit/money", "/kit/manage", "/kit/of/alice"])
def test_a_stranger_is_asked_to_sign_in_and_comes_back(visitor, path):
    answer = visitor.get(f"{path}?a=1")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}%3Fa%3D1")


def test_htmx_takes_a_stranger_to_the_sign_in_page(visitor):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/finance?q=1"}
    answer = visitor.get("/kit/own", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?next=/finance%3Fq%3D1")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(elsewhere):
    assert access.local_path(elsewhere) == "/"
    assert access.local_path("/finance?q=1") == "/finance?q=1"


def test_the_application_does_not_start_with_an_unmarked_view():
    app = create_app()
    app.add_url_rule("/bare", "bare", lambda: "")
    with pytest.raises(AssertionError, match="bare"):
        access.require_rules(app)


def test_every_rule_names_a_role_or_more(site):
    rules = {view.access for view in site.view_functions.values()}
    assert rules <= {"public", "user", "self", "manager", "admin"}


# Headers


def test_every_page_carries_the_security_headers(visitor):
    for path in ("/kit", "/nope", "/kit/error/500", "/healthz"):
        headers = visitor.get(path).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
            " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "HX-Request" in headers["Vary"]
        assert headers["X-Request-ID"]
        assert "Strict-Transport-Security" not in headers


def test_https_means_hsts_and_host_cookies():
    app = kit.site(URL="https://portal.example.com")
    answer = app.test_client().get("/kit", base_url="https://portal.example.com")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-visitor=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_plain_http_is_for_loopback_alone():
    with pytest.raises(Trouble, match="https"):
        create_app(URL="http://portal.example.com")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80"])
def test_a_foreign_host_name_is_refused(visitor, host):
    answer = visitor.get("/kit", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_static_files_are_kept_for_good_under_their_digest(visitor):
    page = visitor.get("/kit").text
    address = re.search(r'href="(/static/[0-9a-f]{12}/css/portal.css)"', page)[1]
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert visitor.get(address.replace("portal.css", "../../pyproject.toml")).status_code == 404


# Errors


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_every_error_has_a_page_with_words_and_the_number_of_the_request(visitor, code):
    answer = visitor.get(f"/kit/error/{code}")
    assert answer.status_code == code
    assert "<h1>" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Traceback" not in answer.text
    assert "hunter2" not in answer.text
    assert "10.0.0.1" not in answer.text


def test_an_error_under_htmx_is_a_toast(visitor):
    answer = visitor.get("/kit/error/500", headers={"HX-Request": "true"})
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.headers["HX-Trigger"]
    assert answer.text == ""


def test_a_database_that_is_away_is_503_and_says_when_to_return(visitor):
    assert visitor.get("/kit/error/503").headers["Retry-After"] == "5"


def test_a_wrong_method_says_the_right_ones(visitor, token):
    answer = visitor.post("/kit/rows", data={"csrf_token": token})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_that_is_too_large_is_refused(visitor, token):
    answer = visitor.post("/kit/change", data={"csrf_token": token, "note": "x" * 2_000_000})
    assert answer.status_code == 413
    many = {f"field{n}": "x" for n in range(300)}
    answer = visitor.post(
        "/kit/change", data={"csrf_token": token, **many}, content_type="multipart/form-data"
    )
    assert answer.status_code == 413


def test_logs_name_the_route_and_never_a_value(visitor, capsys):
    visitor.get("/kit/error/500?token=hunter2", headers={"Cookie": "portal="})
    log = capsys.readouterr().err
    assert "hunter2" not in log
    assert '"route": "/kit/error/<int:code>"' in log
    assert '"error": "ValueError"' in log


def test_health_needs_nobody(visitor):
    assert visitor.get("/healthz").json == {"alive": True}
