"""Who is reached, and on which channel, is for many people what ntf_isOn and ntf_getAddress say of each."""

import pytest

from tests.campaigns.conftest import consent

ONE_BY_ONE = """
SELECT member.username, min(wanted.place) AS place
FROM as_users AS member
CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS wanted (channel, place)
WHERE
    member.username = ANY (%s)
    AND NOT member.isLocked
    AND ntf_isOn(member.username, 'campaign', wanted.channel)
    AND ntf_getAddress(member, wanted.channel) IS NOT NULL
GROUP BY member.username
ORDER BY member.username
"""


@pytest.fixture
def crowd(db, people):
    """People with every mixture of addresses, consents and refusals."""
    db.execute(
        "INSERT INTO as_users (username, name, email, phone, role, isLocked, locale, theme, density, hasOverrides, createdAt)"
        " SELECT 'p' || n, 'P', CASE WHEN n %% 2 = 0 THEN format('p%%s@example.com', n) END,"
        " CASE WHEN n %% 3 = 0 THEN '+42190' || 1000000 + n END, 'user', n %% 31 = 0, 'en', 'auto', 'comfortable', false, as_now()"
        " FROM generate_series(1, 200) AS n",
        [],
    )
    for place, channel in enumerate(("email", "sms", "cabinet"), start=5):
        consent(db, *(f"p{n}" for n in range(1, 201) if n % place in (1, 2)), channel=channel)
        consent(db, *(f"p{n}" for n in range(1, 201) if n % place == 3), channel=channel, isOn=False)
    return [row.username for row in db.read("SELECT username FROM as_users ORDER BY username")]


@pytest.mark.parametrize(
    "defaults",
    [
        "SELECT",
        "UPDATE ntf_kindChannels SET isOn = true WHERE kind = 'campaign' AND channel = 'sms'",
        "UPDATE ntf_kindChannels SET isOn = true, isFixed = true WHERE kind = 'campaign' AND channel = 'email'",
        "UPDATE ntf_channels SET isEnabled = false WHERE code = 'email'",
    ],
)
@pytest.mark.parametrize("every", [1, 7])
def test_for_many_it_is_what_it_is_for_each(db, crowd, defaults, every):
    db.execute(defaults)
    some = crowd[::every]
    for channels in (["email", "cabinet"], ["cabinet", "sms", "email"], ["sms"], ["email", "pigeon"]):
        found = db.read("SELECT * FROM ntf_findReached(%s, %s) ORDER BY username", [some, channels])
        assert found == db.read(ONE_BY_ONE, [channels, some])
        assert channels != ["cabinet", "sms", "email"] or found


def test_of_nobody_it_is_nobody(db, people):
    assert db.read("SELECT * FROM ntf_findReached('{}', '{email}')") == []
