"""How an administrator keeps one address book with Pohoda: by mouse, by keys alone, without JavaScript."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests import servers
from tests.browser.keys import FEW
from tests.browser.site import Site
from tests.browser.window import TWO_LOOKS
from tests.chaos.private import Web
from tests.jobs.processes import Portal, wait_until
from tests.pohoda.stand_in import ICO, PASSWORD, USER, ThreadedStandIn

#: A worker is woken by the scheduler, and the page asks again by itself.
SOON = 30_000


@contextmanager
def office(server):
    """A portal of its own with workers, because the link with Pohoda is one for the whole installation."""
    with servers.clone(server) as database, Web(database) as web:
        site = Site(database, f"http://localhost:{web.port}")
        site.call("as_register", username="root", name="Ruth Root", login="root", role="admin")
        background = Portal(web.environment)
        try:
            background.start("portal.cli", "work")
            background.start("portal.cli", "schedule")
            yield site
        finally:
            background.stop()


@pytest.mark.parametrize("Hand, script", FEW)
def test_two_books_become_one(server, window, tmp_path, Hand, script):
    pohoda = ThreadedStandIn(tmp_path / "book.jsonl").start()
    try:
        with office(server) as site:
            walk(site, window, pohoda, Hand, script)
    finally:
        pohoda.stop()


def walk(site, window, pohoda, Hand, script):
    alice = site.register(name="Alice Adams")
    site.call("ctr_setProfile", username=alice, ico="87654321", city="Nitra")
    twin = pohoda.add(company="Adams s.r.o.", name="Alice Adams", city="Nitra", ico="87654321")
    zoe = pohoda.add(name="Zoe Zimmer", city="Brno", email="zoe@example.com", isCustomer=True)
    pohoda.add(name="Nobody Inparticular", city="Brno", isCustomer=True)
    one = window(site, "root", script=script)
    page, hand = one.open("/sync/pohoda"), Hand(one.page)

    # The link.
    hand.press(page.get_by_role("link", name="Set the link up"))
    hand.choose(page.get_by_role("radio", name=re.compile("mServer")))
    hand.fill(page.get_by_label("Address of the mServer"), pohoda.url)
    hand.fill(page.get_by_label("User in Pohoda"), USER)
    hand.fill(page.locator("#field-password"), PASSWORD)
    hand.fill(page.get_by_label("IČO of the accounting unit"), ICO)
    hand.press(page.get_by_role("button", name="Save"))
    overview = page.locator("#overview")
    expect(overview).to_contain_text("1 person has never been sent to Pohoda.")
    assert PASSWORD not in page.content()

    # What is there, and what looks like somebody who is here.
    hand.press(page.get_by_role("button", name="Compare now"))
    expect(overview).to_contain_text("in order", timeout=SOON)
    expect(overview).to_contain_text("of 3 contacts in Pohoda", timeout=SOON)
    hand.press(page.get_by_role("link", name=re.compile("^Duplicates")))
    pair = page.locator(".duplicate")
    expect(pair).to_contain_text("the same IČO")
    if script:
        one.judge_everywhere(*TWO_LOOKS)
    hand.press(pair.get_by_role("button", name="Merge"))
    expect(page.locator("#duplicates")).to_contain_text("No pair looks like one.")
    wait_until(lambda: holds(pohoda, twin, "extIds"), what="our identifier on the contact")

    # Who is registered.
    hand.press(page.get_by_role("link", name="Registration"))
    hand.press(page.get_by_role("button", name="Try it out"))
    expect(page.locator("#rule")).to_contain_text("1 contact would be registered and get one message.")
    expect(page.locator("#rule")).to_contain_text("no e-mail address 1")
    switch = page.get_by_role("switch", name="Switched on")
    hand.reach(switch) if hasattr(hand, "reach") else switch.focus()
    page.keyboard.press("Space")
    hand.press(page.get_by_role("button", name="Save; if on, register 1 contact"))
    expect(page.locator("#toasts")).to_contain_text("The rule is saved.")
    zoes = "SELECT username FROM ctr_contactList WHERE pohoda_id = %s AND username IS NOT NULL"
    username = wait_until(lambda: site.value(zoes, [zoe]), what="an account for Zoe")
    wait_until(lambda: holds(pohoda, zoe, "extIds"), what="our identifier on Zoe's contact")

    # One field, changed on both sides.
    site.call("ctr_setField", code="city", direction="both", winner="ask", mayBeCut=True)
    equal = "SELECT state = 'equal' FROM ctr_contactStates WHERE username = %s"
    wait_until(lambda: site.value(equal, [username]), what="two books that are equal")
    pohoda.change(zoe, city="Olomouc")
    site.call("ctr_setProfile", username=username, city="Praha")
    page.goto(f"{site.url}/sync/pohoda")
    wait_until(
        lambda: site.value("SELECT count(*) FROM ctr_conflictList WHERE is_open") == 1, what="a conflict"
    )
    hand.press(page.get_by_role("link", name=re.compile("^Conflicts")))
    expect(page.locator(".conflict")).to_contain_text("Olomouc")
    if script:
        one.judge_everywhere(*TWO_LOOKS)
    hand.press(page.get_by_role("button", name=re.compile("^Take theirs")))
    expect(page.locator("#conflicts")).to_contain_text("No conflict is open.")
    assert site.value("SELECT city FROM ctr_profileList WHERE username = %s", [username]) == "Olomouc"

    # What was said, as XML.
    hand.press(page.get_by_role("link", name="Packs"))
    hand.press(page.locator("#packs tbody tr", has_text="people sent").last.get_by_role("link"))
    expect(page.locator("#xml-sent")).to_contain_text("dataPackItem")
    expect(page.locator("#xml-received")).to_contain_text("responsePack")


def holds(pohoda, contact: int, field: str):
    return next(one for one in pohoda.contacts() if one["id"] == contact).get(field)
