"""A window of Chromium that remembers whatever the browser complains of."""

import re

from portal.places import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = 1280, 390
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
LOOKS = [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")]
#: Each width and each colour scheme once.
TWO_LOOKS = [LOOKS[0], LOOKS[3]]
#: Rules that another colour scheme or another width can break; all others say the same in each.
SHIFTING = [
    "aria-hidden-focus",
    "button-name",
    "color-contrast",
    "label",
    "link-in-text-block",
    "link-name",
    "region",
    "scrollable-region-focusable",
    "target-size",
]
FAILED = re.compile(r"Failed to load resource: the server responded with a status of (\d+) ")


class Window:
    """
    >>> Window(chromium, site, "alice", width=NARROW).open("/tariff")
    """

    def __init__(
        self, chromium, site, username=None, *, width=WIDE, script=True, scheme="light", allowed=(422,)
    ):
        self.site = site
        self.script = script
        self.complaints = []
        #: Answers that the test expects, which Chromium logs as resources that failed to load.
        self.allowed = set(allowed)
        self.context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Bratislava",
        )
        self.context.set_default_timeout(10_000)
        if username:
            self.be(username)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def be(self, username: str) -> None:
        """Be signed in as somebody, without the form."""
        self.context.add_cookies(
            [{"name": "portal", "value": self.site.start_session(username), "url": self.site.url}]
        )

    def close(self) -> None:
        self.context.close()

    def open(self, path: str):
        self.page.goto(path)
        return self.page

    def measure(self) -> None:
        """Nothing is wider than the window."""
        wide = self.page.evaluate(
            """() => {
                if (document.documentElement.scrollWidth <= innerWidth) return "";
                const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5
                    && !e.parentElement.closest(".table-scroll, .tabs, pre, svg"));
                return document.documentElement.scrollWidth + " px: " + out.slice(0, 5).map(e =>
                    e.tagName.toLowerCase() + (e.id && "#" + e.id) + (e.className.baseVal ?? "." + e.className)).join(", ");
            }"""
        )
        if wide:
            self.complaints.append(f"{self.page.url} at {self.width()} is wider: {wide}")

    def judge(self, rules: list[str] | None = None) -> None:
        """Let axe-core look at the page as it is."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        only = {"type": "rule", "values": rules} if rules else None
        options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": only} if only else {})
        for violation in self.page.evaluate(
            "async options => (await axe.run(document, options)).violations", options
        ):
            nodes = "; ".join(
                f"{node['target']} {node['html'][:160]} {(node['failureSummary'] or '').splitlines()[1:2]}"
                for node in violation["nodes"][:4]
            )
            self.complaints.append(
                f"{self.page.url} at {self.width()}, {self.scheme()}: {violation['id']}: {nodes}"
            )

    def judge_everywhere(self, *looks: tuple[int, str]) -> None:
        """Light and dark, wide and narrow; every rule once, then those that colours or a width can break."""
        rules = None
        for width, scheme in looks or LOOKS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            self.judge(rules)
            self.measure()
            rules = SHIFTING

    def width(self) -> int:
        return self.page.viewport_size["width"]

    def scheme(self) -> str:
        return (
            "dark"
            if self.page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
            else "light"
        )

    def _heard(self, message) -> None:
        if message.type not in ("error", "warning"):
            return
        failed = FAILED.match(message.text)
        if failed and int(failed[1]) in self.allowed:
            return
        self.complaints.append(f"{self.page.url}: {message.text}")
