"""Jobs of the contacts: XML into rows and back. What is sent, taken or registered is decided in SQL."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from itertools import count, islice
from pathlib import Path

import structlog
from psycopg.types.json import Jsonb

from portal import db
from portal.pohoda import answers, model, packs
from portal.pohoda.failures import Away, Failure, Refused, Unknown, Unreadable
from portal.pohoda.folder import Folder
from portal.pohoda.mserver import MServer
from workers import leases

APPLICATION = "Portal"
#: Contacts of one page of a listing: Pohoda gives at most so many.
PAGE = 10_000
#: Contacts that are staged and decided together: few, for at the end of a page nothing is read beside the last of them.
BATCH = 1_000
#: Characters of a list's answer that are kept for whoever looks after the link.
KEPT = 100_000
#: Made once: json.dumps would make one for each contact.
ENCODER = json.JSONEncoder(ensure_ascii=False)


class NotOurs(Exception):
    """Another worker talks with Pohoda by now."""


class Waiting(Exception):
    """The answer to a file has not been written yet."""


# Jobs


def send(run) -> None:
    """Send everybody who is new or has changed."""
    with talking(run) as link:
        if link:
            run.counts["waiting"] += not link.send(run)
    merge(run)


def receive(run) -> None:
    """Fetch what has changed in Pohoda, bring it together with what is here, and register whom the rule chooses."""
    with talking(run) as link:
        if link:
            link.list(run, "changes")
    settle(run)


def compare(run) -> None:
    """Fetch every contact, find out which are gone, and look for duplicates."""
    with talking(run) as link:
        if link:
            link.list(run, "all")
    settle(run)
    run.counts["duplicates"] = db.call("ctr_findDuplicates").details["pairs"]


def tidy(run) -> None:
    """Remove old packs with their XML."""
    run.counts.update(db.call("ctr_tidy").details)


def settle(run) -> None:
    """What does not need Pohoda: merge, register, and see whether what came looks like somebody who is here."""
    merge(run)
    run.each(
        db.read("SELECT pohoda_id FROM ctr_toRegister ORDER BY pohoda_id"),
        lambda row: db.call("ctr_registerContact", pohodaID=row.pohoda_id).reason,
    )
    if run.counts["added"] or run.counts["changed"]:
        run.counts["duplicates"] = db.call("ctr_findDuplicates").details["pairs"]


def merge(run) -> None:
    """Bring together what came back otherwise than it was agreed."""
    run.each(
        db.read("SELECT username FROM ctr_toMerge ORDER BY username"),
        lambda row: db.call("ctr_mergeContact", username=row.username).reason,
    )


# The link


@contextmanager
def talking(run):
    """The right to talk with Pohoda, or None where it is off or another worker has it."""
    taken = db.call("ctr_takeLink", worker=leases.name())
    if not taken.ok:
        run.counts[taken.reason] += 1
        yield None
        return
    link = Link(taken.details)
    failure = None
    try:
        yield link
    except Waiting:
        run.counts["waiting"] += 1
    except NotOurs:
        run.counts["lost"] += 1
        return
    except Failure as error:
        # Pohoda that is away for the night is no failure of the job: the link says so until it answers again.
        failure = error
        run.counts[type(error).__name__.lower()] += 1
        structlog.get_logger().warning("pohoda_failed", kind=type(error).__name__)
    except Exception as error:
        release(link, Failure("surprise", why=leases.sentence(error)))
        raise
    release(link, failure)


def release(link: "Link", failure: Failure | None) -> None:
    leases.insist(
        "ctr_releaseLink",
        worker=leases.name(),
        isAnswered=link.is_answered,
        failure=failure and str(failure),
        said=failure and Jsonb(failure.said),
        company=link.company,
    )


class Link:
    """One accounting unit of Pohoda's, talked to by this worker alone while its lease holds."""

    def __init__(self, settings: dict):
        self.settings = settings
        self.is_answered = False
        self.company = None
        self.is_checked = False
        self.is_folder = settings["channel"] == "folder"

    @property
    def channel(self):
        given = self.settings
        if self.is_folder:
            return Folder(given["requestFolder"], given["responseFolder"])
        return MServer(
            given["url"],
            given["userName"],
            given["password"],
            ico=given["ico"],
            application=APPLICATION,
            timeout=given["timeout"],
            self_signed=not given["certificateIsChecked"],
            encoding=given["encoding"],
        )

    def check(self) -> None:
        """Whose books are behind the port, before the first word that could change them."""
        if self.is_checked or self.is_folder:
            return
        self.keep()
        status = self.channel.status()
        wanted = self.settings["databaseName"]
        if wanted and status.database and status.database.casefold() != wanted.casefold():
            raise Refused("wrong_database", database=status.database, wanted=wanted)
        self.company = status.company or None
        self.is_checked = True

    def keep(self) -> None:
        """Right before a request: whoever has lost the link must not make it."""
        if not db.call("ctr_renewLink", worker=leases.name()).ok:
            raise NotOurs

    # Sending

    def send(self, run) -> bool:
        """Send packs until nothing waits. False where an answer in the folder is waited for."""
        self.check()
        if self.is_folder and self.settings["listing"]:
            # One question at a time, so that no answer is older than what was sent.
            return False
        if self.needs_listing():
            # What has changed there since must not be overwritten, so it is fetched first.
            self.list(run, "changes")
            merge(run)
        while True:
            run.go_on()
            claimed = db.call("ctr_claimPack", worker=leases.name())
            if claimed.reason == "not_yours":
                raise NotOurs
            if claimed.reason != "pack_claimed":
                return True
            if not self.send_pack(run, claimed.details):
                return False

    def needs_listing(self) -> bool:
        """New people alone need none: nothing of theirs is there yet."""
        return not self.is_folder and bool(
            db.row("SELECT username FROM ctr_toSend WHERE pohoda_id IS NOT NULL OR is_unknown LIMIT 1")
        )

    def send_pack(self, run, pack: dict) -> bool:
        """One pack, from the fields to what became of them. False where nobody can tell yet."""
        if self.is_folder and pack["isRepeat"] and self.is_still_there(pack["packKey"]):
            return self.take_answer(run, pack)
        ready, told = self.prepare(pack["items"])
        xml = (
            packs.upsert_pack(
                pack["packKey"],
                self.settings["ico"],
                APPLICATION,
                ready,
                self.settings["exSystemName"],
                encoding=self.settings["encoding"],
            )
            if ready
            else b""
        )
        self.keep()
        handed = db.call(
            "ctr_handOverPack",
            packID=pack["packID"],
            worker=leases.name(),
            sentXML=self.as_text(xml),
            items=Jsonb(told),
        )
        run.counts["refused"] += sum("reason" in one for one in told)
        if not handed.ok:
            raise NotOurs
        if handed.reason == "pack_empty":
            return True
        if self.is_folder:
            self.put(pack, xml)
            return self.take_answer(run, pack)
        self.ask(run, pack, xml)
        return True

    def prepare(self, items: list[dict]) -> tuple[list, list]:
        """Contacts as Pohoda will have them, and what the database is told of each: shortened, rewritten, or not fit."""
        encoding, cut = self.settings["encoding"], self.settings["cut"] or {}
        ready, told = [], []
        for item in items:
            fields, notices = dict(item["fields"]), []
            for field, instead in model.changed(fields, encoding).items():
                notices.append(f"{field}: {instead}")
            contact = model.written(fields, encoding)
            for field, longest in cut.items():
                if len(contact.get(field, "")) > longest:
                    contact[field] = contact[field][:longest].rstrip()
                    notices.append(f"{field}: {contact[field]}")
            faults = model.faults(fields | contact, adding=item["pohodaID"] is None, encoding=encoding)
            faults += model.id_faults("extId", item["username"])
            if faults:
                said = " ".join(fault.msg for fault in faults)
                told.append({"number": item["number"], "reason": faults[0].reason, "msg": said})
                continue
            told.append({"number": item["number"], "sent": contact, "notice": "\n".join(notices) or None})
            if item["pohodaID"] is not None:
                contact = contact | {"pohodaID": item["pohodaID"]}
            ready.append((str(item["number"]), item["username"], contact))
        return ready, told

    def ask(self, run, pack: dict, xml: bytes) -> None:
        """Hand a pack over and write down what came back, also where that is nothing."""
        try:
            with self.channel.send(xml, pack["packKey"], check_duplicity=True) as stream:
                body = stream.read()
            self.write_answer(run, pack, body)
        except Away as error:
            self.fail(pack, "unsent", error)
            raise
        except Refused as error:
            self.fail(pack, "refused", error)
            raise
        except Unknown as error:
            self.fail(pack, "unknown", error)
            raise

    def write_answer(self, run, pack: dict, body: bytes) -> None:
        text = self.as_text(body)
        try:
            answer = answers.read_response(io.BytesIO(body))
            items = list(answer.items)
        except Unreadable as error:
            # An answer that is none proves nothing.
            self.fail(pack, "unknown", error, receivedXML=text)
            raise
        if not answer.ok:
            error = (
                Refused("pack_refused", "pohoda_said", words=answer.note)
                if answer.note
                else Refused("no_words")
            )
            self.fail(pack, "refused", error, receivedXML=text)
            raise error
        if answer.id != pack["packKey"]:
            error = Unknown("other_pack", pack=answer.id)
            self.fail(pack, "unknown", error, receivedXML=text)
            raise error
        finished = self.finish(
            pack,
            "answered",
            answers=Jsonb([as_row(item) for item in items]),
            receivedXML=text,
            note=answer.note,
        )
        self.is_answered = True
        for what, many in finished.details.items():
            run.counts[{"done": "sent"}.get(what, what)] += many

    def finish(self, pack: dict, state: str, **given) -> db.Outcome:
        return leases.insist(
            "ctr_finishPack", packID=pack["packID"], worker=leases.name(), state=state, **given
        )

    def fail(self, pack: dict, state: str, error: Failure, **given) -> None:
        self.finish(pack, state, note=str(error), said=Jsonb(error.said), **given)

    # Files

    def put(self, pack: dict, xml: bytes) -> None:
        try:
            self.channel.put(xml, pack["packKey"])
        except Away as error:
            self.fail(pack, "unsent", error)
            raise
        except Refused as error:
            self.fail(pack, "refused", error)
            raise

    def is_still_there(self, pack_key: str) -> bool:
        """Whether the request lies in the folder, or its answer does."""
        if (Path(self.settings["requestFolder"]) / f"{pack_key}.xml").exists():
            return True
        with suppress(AttributeError):
            self.channel.take(pack_key).close()
            return True
        return False

    def take_answer(self, run, pack: dict) -> bool:
        stream = self.channel.take(pack["packKey"])
        if stream is None:
            self.fail(pack, "unknown", Unknown("no_answer_yet"))
            return False
        with stream:
            body = stream.read()
        self.write_answer(run, pack, body)
        self.channel.settle(pack["packKey"])
        return True

    # Listing

    def list(self, run, kind: str) -> None:
        """Read Pohoda's contacts, page by page, into the staging table, and have them decided."""
        if self.is_folder and self.settings["isPackOut"]:
            raise Waiting
        self.check()
        listing = self.settings["listing"] if self.is_folder else None
        if not listing:
            started = db.call("ctr_startListing", worker=leases.name(), kind=kind)
            if not started.ok:
                raise NotOurs
            listing = started.details
        try:
            mark = self.read_pages(run, listing)
        except Waiting:
            raise
        except Failure as error:
            self.finish_listing(listing, error=str(error), said=Jsonb(error.said))
            if self.is_folder:
                self.channel.settle(page_key(listing, 1))
            raise
        done = self.finish_listing(listing, mark=mark)
        self.is_answered = True
        if done.reason == "listing_failed":
            raise Unknown("rows_lost")
        for what in ("rows", "added", "changed", "gone"):
            run.counts[what] += done.details[what]

    def finish_listing(self, listing: dict, **given) -> db.Outcome:
        return leases.insist(
            "ctr_finishListing", listingID=listing["listingID"], worker=leases.name(), **given
        )

    def read_pages(self, run, listing: dict) -> str | None:
        """The time on the first page: whatever is saved while the others are read is later."""
        mark, after, places = None, None, count(1)
        for number in count(1):
            run.go_on()
            timestamp, read, last = self.read_page(listing, number, after, places)
            mark = mark or timestamp
            run.done += read
            if self.is_folder or read < PAGE:
                return mark
            after = last

    def read_page(self, listing: dict, number: int, after: int | None, places) -> tuple:
        key = page_key(listing, number)
        xml = packs.list_request(
            key,
            self.settings["ico"],
            APPLICATION,
            self.settings["exSystemName"],
            last_changes=listing["lastChanges"],
            id_from=None if after is None else after + 1,
            count=None if self.is_folder else PAGE,
        )
        self.keep()
        with Kept(self.open_listing(xml, key)) as stream:
            try:
                book = answers.read_list(stream)
                read, last = self.stage(listing["listingID"], book.contacts, places)
                timestamp = book.timestamp
            finally:
                db.call(
                    "ctr_logExchange",
                    worker=leases.name(),
                    listingID=listing["listingID"],
                    packKey=key,
                    sentXML=self.as_text(xml),
                    receivedXML=self.as_text(bytes(stream.kept)),
                    isAnswered=True,
                )
        if self.is_folder:
            self.channel.settle(key)
        return timestamp and timestamp.isoformat(timespec="seconds"), read, last

    def open_listing(self, xml: bytes, key: str):
        if not self.is_folder:
            return self.channel.send(xml, key, check_duplicity=False)
        if not self.is_still_there(key):
            self.channel.put(xml, key)
        stream = self.channel.take(key)
        if stream is None:
            raise Waiting
        return stream

    def stage(self, listing_id: int, contacts, places) -> tuple[int, int | None]:
        """Copy contacts into the staging table, and have every batch decided while the next one is read."""
        read, last, pending = 0, None, None
        contacts = (contact for contact in contacts if "pohodaID" in contact)
        context = copy_context()
        with ThreadPoolExecutor(1) as hands:
            while batch := list(islice(contacts, BATCH)):
                read += len(batch)
                last = max(last or 0, batch[-1]["pohodaID"])
                lines = "".join(line(listing_id, next(places), contact) for contact in batch)
                if pending:
                    pending.result()
                pending = hands.submit(context.run, self.decide, listing_id, lines)
            if pending:
                pending.result()
        return read, last

    def decide(self, listing_id: int, lines: str) -> None:
        copy(lines)
        db.call("ctr_importStaged", listingID=listing_id)
        self.keep()

    def as_text(self, body: bytes) -> str:
        """XML for the eyes of whoever looks after the link."""
        head = body[:100].lower()
        encoding = "utf-8" if b"utf-8" in head or body[:3] == b"\xef\xbb\xbf" else "cp1250"
        return body.decode(encoding, "replace").replace("\0", "")


def page_key(listing: dict, number: int) -> str:
    return f"portal-list-{listing['listingID']}-{number}"


class Kept:
    """A stream that remembers its beginning."""

    def __init__(self, stream):
        self.stream = stream
        self.kept = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        if len(self.kept) < KEPT:
            self.kept += piece[: KEPT - len(self.kept)]
        return piece


def copy(lines: str) -> None:
    """COPY lines into ctr_staged."""
    with (
        db.connection() as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY ctr_staged (listingID, position, pohodaID, content) FROM STDIN") as staged,
    ):
        staged.write(lines)


def line(listing_id: int, place: int, contact: dict) -> str:
    """A contact as COPY takes it.

    >>> line(1, 2, {"pohodaID": 3, "name": "Jana"})
    '1\\t2\\t3\\t{"name": "Jana"}\\n'
    """
    number = contact.pop("pohodaID")
    # A backslash means something to COPY; JSON leaves no tabs and line ends.
    content = ENCODER.encode(contact).replace("\\", "\\\\")
    return f"{listing_id}\t{place}\t{number}\t{content}\n"


def as_row(item: answers.ItemAnswer) -> dict:
    """One item's answer as ctr_finishPack takes it."""
    return {
        "number": int(item.id) if item.id.isdecimal() else None,
        "isOK": item.ok,
        "pohodaID": item.pohoda_id if item.ok else None,
        "action": item.action,
        "errno": str(item.errnos[0]) if item.errnos else None,
        "note": None if item.ok else item.text,
        "notice": item.text if item.ok and item.warnings else None,
        "isDuplicate": item.is_duplicate,
        "duplicateID": item.duplicate_id,
    }
