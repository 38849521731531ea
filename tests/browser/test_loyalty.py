"""The club in Chromium: by mouse, by keys, without JavaScript; and the card where there is no network."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW, WAYS
from tests.loyalty.pages.club import Till

_numbers = itertools.count(7001)


def sold_to_nobody(site) -> tuple[str, object, str]:
    """A receipt that was paid without a card: its number, day and sum."""
    number = str(next(_numbers))

    def do(procedure, **arguments):
        return site.call(procedure, **arguments).details

    def read(query, parameters=None):
        with site.database.connect() as connection:
            return connection.read(query, parameters)

    till = Till(do, read)
    till.sell(number, "SOCKS", "BOOTS")
    net = site.value("SELECT net FROM loy_receiptList WHERE number = %s", [number])
    return number, till.now.today, str(net).replace(".", ",")


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_receipt_is_claimed_after_a_mistake(site, window, Hand, script):
    number, day, net = sold_to_nobody(site)
    dana = site.register()
    one = window(site, dana, script=script)
    page, hand = one.open("/bonuses"), Hand(one.page)
    hand.press(page.get_by_role("link", name="Claim a receipt").first)
    hand.select(page.get_by_role("combobox", name="Store"), "Hlavná 1, Košice")
    page.get_by_label("Day").fill(str(day))
    hand.fill(page.get_by_role("textbox", name="Till"), "1")
    hand.fill(page.get_by_role("textbox", name="Receipt number"), number)
    hand.fill(page.get_by_role("textbox", name="Sum paid"), "1,00")
    hand.press(page.get_by_role("button", name="Claim", exact=True))
    expect(page.locator("#field-number-error")).to_contain_text("Compare it with the paper")
    expect(page.get_by_role("textbox", name="Receipt number")).to_have_value(number)

    hand.fill(page.get_by_role("textbox", name="Sum paid"), net)
    hand.press(page.get_by_role("button", name="Claim", exact=True))
    expect(page.get_by_role("heading", name=f"Receipt {number}")).to_be_visible()
    assert site.value("SELECT username FROM loy_receiptList WHERE number = %s", [number]) == dana


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_lost_card_gets_another_number(site, window, Hand, script):
    dana = site.register()
    one = window(site, dana, script=script)
    page, hand = one.open("/card"), Hand(one.page)
    hand.press(page.get_by_role("button", name="Get a card"))
    expect(page.locator(".plastic svg.qr")).to_be_visible()
    before = page.locator(".plastic .plastic-number").text_content()
    hand.press(page.get_by_text("Lost or stolen?"))
    hand.press(page.get_by_role("button", name="Take a new number"))
    expect(page.locator("#cards")).to_contain_text("replaced")
    expect(page.locator(".plastic .plastic-number")).not_to_have_text(before)


def test_the_card_is_shown_without_a_network(site, window):
    one = window(site, "alice")
    page = one.open("/card")
    number = page.locator(".plastic .plastic-number").text_content()
    kept(page)
    one.context.set_offline(True)
    page.goto("/card")
    expect(page.locator(".plastic .plastic-number")).to_have_text(number)
    expect(page.locator("svg.qr")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("There is no connection")
    # What draws it is kept as well: it stands on the colours of the tier.
    assert "gradient" in page.locator(".plastic").evaluate("card => getComputedStyle(card).backgroundImage")
    one.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Card", exact=True)).to_be_visible()


def test_nothing_of_the_card_is_left_after_signing_out(site, window):
    one = window(site, "alice")
    page = one.open("/card")
    kept(page)
    page.get_by_role("button", name=re.compile("Account of")).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")
    assert page.evaluate("() => caches.keys()") == []


def test_whoever_has_to_sign_in_again_finds_no_card_of_the_one_before(site, window):
    one = window(site, "alice")
    page = one.open("/card")
    kept(page)
    one.context.clear_cookies()
    page.goto("/card")
    expect(page).to_have_url(re.compile("/sign-in"))
    until(page, "() => caches.has('card').then(there => !there)")


def test_the_card_of_another_cabinet_is_not_kept(site, window):
    one = window(site, "root")
    page = one.open("/users/alice")
    page.get_by_role("button", name=re.compile("cabinet", re.IGNORECASE)).first.click()
    page.goto("/card")
    expect(page.locator(".plastic")).to_be_visible()
    assert page.evaluate("() => navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def kept(page) -> None:
    """Wait until the worker has put the card and its style sheets away."""
    until(
        page,
        "async () => { const files = (await (await caches.open('card')).keys()).map(file => file.url);"
        " return files.some(url => url.endsWith('/card/kept')) && files.some(url => url.endsWith('.css')); }",
    )


def until(page, question: str) -> None:
    """Ask until it is so; wait_for_function takes the promise itself for a yes."""
    for _ in range(100):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(question)


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_manager_gives_bonuses_and_puts_them_right(site, window, Hand, script):
    dana = site.register()
    one = window(site, "mona", script=script)
    page, hand = one.open(f"/loyalty?q={dana}"), Hand(one.page)
    hand.press(page.locator("#memberRows").get_by_role("link", name=re.compile("Dana")))
    hand.press(page.get_by_role("link", name="Give bonuses"))
    hand.fill(page.get_by_role("textbox", name="How many"), "many")
    hand.fill(page.get_by_role("textbox", name="What for"), "An apology")
    hand.press(page.get_by_role("button", name="Give bonuses"))
    expect(page.locator("#field-amount-error")).to_be_visible()
    hand.fill(page.get_by_role("textbox", name="How many"), "50")
    hand.press(page.get_by_role("button", name="Give bonuses"))
    row = page.locator("#lots tbody tr", has_text="An apology")
    expect(row).to_contain_text("50.00")

    hand.press(row.get_by_role("link"))
    hand.fill(page.get_by_role("textbox", name="Correct by"), "-20")
    hand.fill(page.get_by_role("textbox", name="Why"), "given twice")
    hand.press(page.get_by_role("button", name="Correct"))
    expect(row).to_contain_text("30.00")


@pytest.mark.parametrize("Hand, script", FEW)
def test_two_accounts_of_one_person_become_one(site, window, Hand, script):
    stays, goes = site.register(), site.register()
    site.call("loy_grant", username=goes, kind="regular", amount="40", note="x")
    one = window(site, "mona", script=script)
    page, hand = one.open(f"/loyalty/members/{stays}"), Hand(one.page)
    hand.press(page.get_by_role("link", name="Join accounts"))
    hand.fill(page.get_by_role("searchbox", name=re.compile("other account")), goes)
    hand.press(page.get_by_role("button", name="Search"))
    hand.press(page.get_by_role("link", name=re.compile("Look what would move")).first)
    expect(page.locator("#moving")).to_contain_text("40.00")
    hand.fill(page.get_by_role("textbox", name="To confirm"), "yes")
    hand.press(page.get_by_role("button", name="Join accounts"))
    expect(page.locator("#field-confirm-error")).to_be_visible()
    hand.fill(page.get_by_role("textbox", name="To confirm"), goes)
    hand.press(page.get_by_role("button", name="Join accounts"))
    expect(page.locator("#lots")).to_contain_text("40.00")
    assert site.value("SELECT merged_into FROM loy_accountList WHERE username = %s", [goes]) == stays


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_key_shows_its_secret_once_and_is_revoked(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/loyalty/stores/s001"), Hand(one.page)
    hand.press(page.get_by_role("button", name="Make a new key"))
    codes = page.locator(".secret code")
    expect(codes).to_have_count(2)
    key, secret = (codes.nth(place).text_content() for place in (0, 1))
    page.goto("/loyalty/stores/s001")
    expect(page.locator("#store")).not_to_contain_text(secret)
    row = page.locator("#keys tbody tr", has_text=key)
    hand.press(row.get_by_role("button", name="Revoke"))
    expect(row).to_contain_text("revoked")


def test_a_receipt_is_decided_again_on_its_page(site, window):
    page = window(site, "mona").open(f"/loyalty/receipts/alice/{site.facts['bought']}")
    page.get_by_role("link", name="Decide again").click()
    expect(page.locator("#receipt")).to_contain_text("The same.")


FILE = "sku;name;brand;floor\n{new};Snow shoes;tubbs;99,90\n{twin};;tubbs;\nSOCKS;Warmer socks;;\n"


@pytest.mark.parametrize("Hand, script", WAYS)
def test_products_come_from_a_file_and_the_rows_refused_are_named(site, window, Hand, script):
    new, twin = f"SHOE-{next(_numbers)}", f"SHOE-{next(_numbers)}"
    one = window(site, "root", script=script)
    page, hand = one.open("/loyalty/products"), Hand(one.page)
    hand.press(page.get_by_role("link", name="Upload a file").first)
    hand.press(page.get_by_role("button", name="Upload", exact=True))
    expect(page.locator("#field-file-error")).to_contain_text("Choose a file.")
    text = FILE.format(new=new, twin=twin).encode()
    page.get_by_label("CSV or XLSX file").set_input_files(
        {"name": "shoes.csv", "mimeType": "text/csv", "buffer": text}
    )
    hand.press(page.get_by_role("button", name="Upload", exact=True))
    refused = page.get_by_role("region", name="Rows that were refused")
    expect(refused.get_by_role("row")).to_have_count(2)
    expect(refused).to_contain_text("Give it a name.")
    hand.press(page.get_by_role("link", name="Done"))
    expect(page.locator("#products")).to_contain_text(new)
    expect(page.locator("#products")).not_to_contain_text(twin)

    hand.press(page.locator("#products").get_by_role("link", name="Snow shoes").first)
    hand.fill(page.get_by_role("textbox", name="Lowest price"), "-5")
    hand.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("#field-floor-error")).to_contain_text("zero or more")
    hand.fill(page.get_by_role("textbox", name="Lowest price"), "120")
    hand.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("#products")).to_contain_text("€120.00")
