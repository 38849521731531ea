"""Two address books in every state that lasts: people sent, refused, waiting and gone, conflicts, duplicates, a Pohoda that is away."""

from psycopg.types.json import Jsonb

from portal.pohoda import packs
from workers.pohoda import line

WORKER = "books:1"
ICO = "12345678"
LONG = (
    "Medzinárodné združenie pre tlač, obaly a reklamné predmety Hohenstein-Wolfenbüttel a spoločníci, s.r.o."
)
ANSWER = """<?xml version="1.0" encoding="windows-1250"?>
<rsp:responsePack xmlns:rsp="http://www.stormware.cz/schema/version_2/response.xsd"
 xmlns:rdc="http://www.stormware.cz/schema/version_2/documentresponse.xsd" version="2.0" id="{}" state="ok" note="">{}</rsp:responsePack>"""
TAKEN = (
    '<rsp:responsePackItem version="2.0" id="{}" state="ok"><rdc:producedDetails><rdc:id>{}</rdc:id>'
    "<rdc:actionType>add</rdc:actionType></rdc:producedDetails></rsp:responsePackItem>"
)


def furnish(site) -> dict:
    """Make them, and say what the addresses need."""
    with site.database.connect() as connection:

        def do(procedure, **arguments):
            outcome = connection.call(procedure, **arguments)
            assert outcome.ok, outcome
            return outcome.details

        # Nobody listens at the discard port.
        do("ctr_saveLink", channel="mserver", url="http://127.0.0.1:9", userName="portal", password="secret", ico=ICO,
           databaseName="StwPh_12345678_2027", timeout=600, newGroup="Eshop")  # fmt: skip
        for code in ("contacts.send", "contacts.receive", "contacts.compare"):
            do("job_setSchedule", code=code, cron="0 3 * * *", timeZone="UTC", isEnabled=False)
        do("ctr_takeLink", worker=WORKER)
        do("ctr_setField", code="street", direction="both", winner="ask", mayBeCut=True)
        names = ["Anna Nováková", "Boris Kuzma", LONG[:60], "Юлия Шевченко", "Ema Gone"]
        people = [site.register(name=name) for name in names]
        anna, boris, _long, _yulia, gone = people
        do("ctr_setProfile", username=anna, street="Hlavná 1", city="Nitra", zip="949 01", country="SK")
        do("ctr_setProfile", username=boris, company=LONG, ico="87654321", city="Brno", country="CZ")
        refused, waiting = site.register(name="Karel Příliš-Žluťoučký"), site.register(name="Wanda Waiting")
        for username in (*people, refused):
            do("ctr_resend", username=username)

        claimed = do("ctr_claimPack", worker=WORKER)
        sent = hand_over(do, claimed)
        answers, items = [], []
        for item in claimed["items"]:
            number = item["number"]
            if item["username"] == refused:
                said = "Pole 'PSČ' obsahuje neplatnú hodnotu. <b>Skontrolujte ju.</b>"
                answers.append({"number": number, "isOK": False, "errno": "109", "note": said})
            else:
                answers.append({"number": number, "isOK": True, "pohodaID": 100 + number})
                items.append(TAKEN.format(number, 100 + number))
        do("ctr_finishPack", packID=claimed["packID"], worker=WORKER, state="answered", answers=Jsonb(answers),
           receivedXML=ANSWER.format(claimed["packKey"], "".join(items)))  # fmt: skip
        ids = {item["username"]: 100 + item["number"] for item in claimed["items"]}

        do("ctr_setProfile", username=anna, street="Dlhá 2, vchod zo dvora")
        theirs = [
            {"pohodaID": ids[anna], **sent[anna], "street": "Štefánikova 24"},
            {"pohodaID": ids[boris], **sent[boris]},
            {"pohodaID": 7, "company": LONG, "name": "Boris Kuzma", "ico": "87654321", "city": "Brno",
             "email": "boris@example.org", "phone": "+420 777 123 456", "isCustomer": True, "group": "Eshop, VIP"},
            {"pohodaID": 8, "name": "Zuzana Dvojitá", "email": "a@example.com; b@example.com", "isCustomer": True},
            {"pohodaID": 9, "name": "Bez Adresy", "city": "Praha", "isCustomer": True, "labels": ["newsletter"]},
            {"pohodaID": 10, "name": "<script>alert(1)</script>", "email": "broken", "isCustomer": True},
            {"pohodaID": 11, "company": "Dodávateľ s.r.o.", "email": "info@dodavatel.sk", "isSupplier": True},
            *({"pohodaID": number, "name": f"Kontakt {number}", "city": "Trnava"} for number in range(200, 230)),
        ]  # fmt: skip
        listing(connection, do, "changes", theirs)
        connection.call("ctr_mergeContact", username=anna)
        do("ctr_findDuplicates")
        do("ctr_setApart", pohodaID=11, isApart=True)
        kept = [row for row in theirs if row["pohodaID"] != 200]
        kept += [{"pohodaID": ids[username], **sent[username]} for username in people[2:] if username != gone]
        listing(connection, do, "all", kept)
        # Half of the book is missing: nobody is taken as gone before somebody says so.
        listing(connection, do, "all", kept[:15])
        do("ctr_saveRule", isOn=True, kind="customers", groups=["Eshop"], labels=[], expected=0)
        do("ctr_saveRule", isOn=True, kind="customers", expected=0)

        do("ctr_resend", username=waiting)
        lost = do("ctr_claimPack", worker=WORKER)
        hand_over(do, lost)
        do("ctr_finishPack", packID=lost["packID"], worker=WORKER, state="unknown",
           note="The connection broke before the answer was whole.")  # fmt: skip
        late = site.register(name="Lena Late")
        do("ctr_resend", username=late)
        do("ctr_releaseLink", worker=WORKER, isAnswered=False,
           failure="Nobody answers at http://127.0.0.1:9: the connection was refused.")  # fmt: skip
        return {
            "pack": claimed["packID"],
            "lost_pack": lost["packID"],
            "linked": anna,
            "refused_person": refused,
        }


def hand_over(do, pack: dict) -> dict:
    """The pack goes out; what is sent of each person."""
    ready = [
        (str(item["number"]), item["username"], {k: v for k, v in item["fields"].items() if v != ""})
        for item in pack["items"]
    ]
    xml = packs.upsert_pack(pack["packKey"], ICO, "Portal", ready, "portal")
    items = [{"number": item["number"], "sent": item["fields"]} for item in pack["items"]]
    do(
        "ctr_handOverPack",
        packID=pack["packID"],
        worker=WORKER,
        sentXML=xml.decode("windows-1250"),
        items=Jsonb(items),
    )
    return {item["username"]: item["fields"] for item in pack["items"]}


def listing(connection, do, kind: str, contacts: list[dict]) -> None:
    started = do("ctr_startListing", worker=WORKER, kind=kind)
    with connection.cursor().copy(
        "COPY ctr_staged (listingID, position, pohodaID, content) FROM STDIN"
    ) as staged:
        staged.write(
            "".join(line(started["listingID"], place, dict(one)) for place, one in enumerate(contacts, 1))
        )
    do("ctr_importStaged", listingID=started["listingID"])
    do("ctr_finishListing", listingID=started["listingID"], worker=WORKER, mark="2027-03-01T08:15:00")
