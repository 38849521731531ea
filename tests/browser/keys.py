"""Two ways to use a page: a mouse, and keys alone."""

import pytest
from playwright.sync_api import Locator, Page, expect


class Mouse:
    name = "mouse"

    def __init__(self, page: Page):
        self.page = page

    def press(self, what: Locator) -> None:
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        what.click()
        what.fill(text)

    def choose(self, radio: Locator) -> None:
        """A card to choose one of: the input lies under its words."""
        radio.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def select(self, what: Locator, label: str) -> None:
        what.select_option(label=label)


class Keys(Mouse):
    """Tab, Space, Enter, arrows and letters; what has the focus must be seen to have it."""

    name = "keys"

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Enter")

    def fill(self, what: Locator, text: str) -> None:
        self.reach(what)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, radio: Locator) -> None:
        """Tab goes to the group, arrows go on inside it."""
        group = self.page.locator(f"input[type=radio][name='{radio.get_attribute('name')}']:not(:disabled)")
        self.reach(group)
        for _ in range(group.count()):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        if not radio.is_checked():
            self.page.keyboard.press("Space")
        expect(radio).to_be_checked()

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def select(self, what: Locator, label: str) -> None:
        self.reach(what)
        # Typing goes to the line that begins like it.
        self.page.keyboard.type(label.partition(",")[0].partition(":")[0])
        expect(what.locator("option:checked")).to_have_text(label)

    def reach(self, what: Locator) -> None:
        """Tab until it has the focus."""
        expect(what.first).to_be_visible()
        for _ in range(250):
            if what.evaluate_all("all => all.includes(document.activeElement)"):
                self.is_seen()
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {what}")

    def is_seen(self) -> None:
        """Something shows where the focus is: an outline of the element or of what it lies over."""
        assert self.page.evaluate(
            """() => {
                const one = document.activeElement;
                return [one, one.nextElementSibling].some(e => {
                    const style = e && getComputedStyle(e);
                    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                });
            }"""
        ), self.page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")


WAYS = [
    pytest.param(Mouse, True, id="mouse"),
    pytest.param(Keys, True, id="keys"),
    pytest.param(Mouse, False, id="mouse without JavaScript"),
    pytest.param(Keys, False, id="keys without JavaScript"),
]
#: For the shorter walks: each hand and each kind of browser once.
FEW = WAYS[1:3]
