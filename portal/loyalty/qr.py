"""QR codes as SVG that stands in the page."""

import segno
from markupsafe import Markup


def svg(content: str, title: str) -> Markup:
    """The code as an <svg> that scales; black on white whatever the colours of the page, for scanners.

    >>> svg("loy:2000000000015:7", "Card 2000000000015")
    Markup('<svg …')
    """
    drawn = segno.make(content, error="m", micro=False).svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, title=title
    )
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))
