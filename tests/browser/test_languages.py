"""Words of every language have room: nothing is wider than the window, on a desk and on a phone."""

import os
from pathlib import Path

import pytest

from portal.formats import LANGUAGES
from tests.browser.window import NARROW, WIDE

PICTURES = os.environ.get("PORTAL_PICTURES")
#: Where words stand closest to each other.
CLOSE = {
    "alice": [
        "/",
        "/tariff",
        "/tariff/change?tariffID={dear}&period=12",
        "/finance",
        "/finance/top-up",
        "/bonuses",
        "/bonuses/receipts/{bought}",
        "/bonuses/claim",
        "/card",
        "/profile",
    ],
    "root": [
        "/",
        "/tariffs",
        "/tariffs/values",
        "/tariffs/{dear}/users",
        "/users",
        "/users/alice",
        "/finance/admin",
        "/imports/coupons",
        "/imports/coupons/{source}",
        "/imports/coupons/{source}/edit",
        "/imports/coupons/{source}/imports/{import}",
        "/sync/pohoda",
        "/sync/pohoda/conflicts",
        "/sync/pohoda/duplicates",
        "/sync/pohoda/contacts",
        "/sync/pohoda/packs/{pack}",
        "/sync/pohoda/rule",
        "/sync/pohoda/fields",
        "/sync/pohoda/link",
        "/reports",
        "/reports/bonuses",
        "/loyalty",
        "/loyalty/members/alice",
        "/loyalty/members/bob/merge?otherUsername=alice",
        "/loyalty/receipts",
        "/loyalty/kinds",
        "/loyalty/kinds/product",
        "/loyalty/tiers",
        "/loyalty/products",
        "/loyalty/products/product?sku=BOOTS",
        "/loyalty/products/upload",
        "/loyalty/stores/s001",
        "/jobs",
        "/messages",
        "/settings",
        "/audit",
    ],
}


@pytest.mark.parametrize("who", CLOSE)
@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_words_have_room(site, window, language, who):
    one = window(site, who)
    page = one.open("/profile")
    page.locator(".language-button").click()
    page.locator(f"#languages [value={language}]").click()
    try:
        for path in CLOSE[who]:
            one.open(path.format(**site.facts))
            assert page.locator("html").get_attribute("lang") == language
            for width in (WIDE, NARROW):
                page.set_viewport_size({"width": width, "height": 900})
                one.measure()
                if PICTURES:
                    name = (
                        f"lang-{language}-{who}{path.replace('/', '-').partition('?')[0]}-{width}-light.png"
                    )
                    page.screenshot(path=Path(PICTURES, name), full_page=True)
            page.set_viewport_size({"width": WIDE, "height": 900})
    finally:
        site.call("as_setProfile", username=who, locale="en", actor=who)
