"""The rules of coupons, row by row, from a real MariaDB to the list of coupons."""

from tests.imports.conftest import adds_up, coupon


def test_missing_coupons_are_added(office, buffer):
    buffer.fill("coupons", [coupon(1, "SUMMER"), coupon(2, "WINTER", "25.50", note="for all")])
    source = office.save()
    assert office.run(source).state == "done"
    assert [(c.written, str(c.value), c.note) for c in office.coupons()] == [
        ("SUMMER", "10.00", ""),
        ("WINTER", "25.50", "for all"),
    ]
    last = office.last(source)
    assert (last.state, last.rows, last.added) == ("done", 2, 2) and adds_up(last)
