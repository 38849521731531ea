"""Requests and answers as files: nothing is seen half, nothing of others is touched."""

import io
import os
import subprocess
import sys
import threading
import time

import pytest

from portal.places import ROOT
from portal.pohoda import answers, folder
from portal.pohoda.failures import Away, Refused, Unreadable
from portal.pohoda.folder import Folder
from tests.pohoda.documents import JANA, item, listing, produced, response, upsert

ANSWER = response(item(produced(7)))


@pytest.fixture
def requests(tmp_path):
    return tmp_path / "requests"


@pytest.fixture
def channel(requests):
    return Folder(requests)


def answered(channel: Folder, xml: bytes, pack_id: str = "p1", where: str = "response"):
    place = channel.requests / where
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{pack_id}.xml").write_bytes(xml)
    return place / f"{pack_id}.xml"


def test_a_request_is_there_whole_under_its_packs_name(channel, requests):
    channel.put(b"<x/>", "p1")
    assert [path.name for path in requests.iterdir() if path.is_file()] == ["p1.xml"]
    assert (requests / "p1.xml").read_bytes() == b"<x/>" and not list((requests / "unfinished").iterdir())


def test_no_answer_yet(channel):
    assert channel.take("p1") is None
    channel.put(b"<x/>", "p1")
    assert channel.take("p1") is None


@pytest.mark.parametrize("where", ["response", "Response"])
def test_an_answer_is_taken_from_where_pohoda_writes_it(channel, where):
    answered(channel, ANSWER, where=where)
    with channel.take("p1") as stream:
        assert [one.pohoda_id for one in answers.read_response(stream).items] == [7]
    with channel.take("p1") as stream:
        assert stream.read() == ANSWER, "it stays until it is settled"


def test_an_answer_is_taken_from_a_folder_of_its_own(requests, tmp_path):
    channel = Folder(requests, tmp_path / "answers")
    answered(channel, response(item(produced(1))))
    assert channel.take("p1") is None
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "p1.xml").write_bytes(ANSWER)
    with channel.take("p1") as stream:
        assert stream.read() == ANSWER


# 26


def test_26_half_an_answer_is_left_alone_until_it_is_whole(channel):
    for size in range(0, len(ANSWER), 11):
        place = answered(channel, ANSWER[:size])
        assert channel.take("p1") is None and place.exists()
    answered(channel, ANSWER)
    channel.take("p1").close()


def test_26_half_an_answer_that_nobody_writes_on_is_broken(channel):
    place = answered(channel, ANSWER[:200])
    long_ago = time.time() - 601
    os.utime(place, (long_ago, long_ago))
    with pytest.raises(Unreadable) as refused:
        channel.take("p1")
    assert refused.value.code == "broken" and place.exists()


def test_26_the_same_request_again_takes_the_place_of_the_first(channel, requests):
    channel.put(upsert(("1", "jana", JANA)), "p1")
    channel.put(upsert(("1", "jana", JANA)), "p1")
    assert (requests / "p1.xml").read_bytes() == upsert(("1", "jana", JANA))


def test_26_files_of_others_and_of_earlier_runs_are_left_alone(channel, requests):
    channel.put(b"<x/>", "p1")
    foreign = [requests / "invoice.xml", requests / "p0.xml", requests / "p1.xml.bak", requests / "p10.xml"]
    foreign += [answered(channel, b"old", "p0"), answered(channel, ANSWER, "p10")]
    for path in foreign[:4]:
        path.write_bytes(b"foreign")
    answered(channel, ANSWER)
    channel.take("p1").close()
    channel.settle("p1")
    assert all(path.exists() for path in foreign)
    assert not (requests / "p1.xml").exists() and channel.take("p1") is None


@pytest.mark.parametrize("kind", ["file in the way", "folder in the way"])
def test_26_a_folder_that_cannot_be_written_is_away(tmp_path, kind):
    if kind == "file in the way":
        (tmp_path / "requests").write_bytes(b"")
    else:
        (tmp_path / "requests" / "p1.xml").mkdir(parents=True)
    with pytest.raises(Away) as away:
        Folder(tmp_path / "requests").put(b"<x/>", "p1")
    assert "cannot be written" in str(away.value)


def test_26_an_answer_to_another_pack_is_not_ours(channel):
    answered(channel, response(item(produced(7)), id="p2"))
    assert channel.take("p1") is None


def test_26_a_refused_pack_is_answered_without_an_id(channel):
    answered(channel, response("", id="", state="error", note="Tento balíček není určen pro tuto jednotku."))
    with channel.take("p1") as stream:
        assert "není určen" in answers.read_response(stream).note


def test_26_a_file_that_cannot_be_opened_yet_waits(channel, requests):
    # A folder of that name refuses to be opened, as a file does that Windows still holds.
    (requests / "response" / "p1.xml").mkdir(parents=True)
    assert channel.take("p1") is None


def test_26_two_processes_at_once_leave_one_whole_request(requests):
    script = (
        "import sys; from portal.pohoda.folder import Folder\n"
        f"for n in range(200): Folder({str(requests)!r}).put(sys.argv[1].encode() * 50_000, 'p1')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, letter], cwd=ROOT) for letter in "ab"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        if (requests / "p1.xml").exists():
            content = (requests / "p1.xml").read_bytes()
            assert len(content) == 50_000 and len(set(content)) == 1
            seen.add(content[:1])
    assert [writer.returncode for writer in writers] == [0, 0] and seen
    assert not list((requests / "unfinished").iterdir())


@pytest.mark.parametrize("code", ["doctype", "not_pohoda"])
def test_26_an_answer_that_is_none_is_refused(channel, code):
    answered(channel, {"doctype": b"<!DOCTYPE x><x/>", "not_pohoda": b"<html></html>"}[code])
    with pytest.raises(Unreadable) as refused:
        channel.take("p1")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "pack_id", ["", "..", "../x", "a/b", "a\\b", "a b", "x" * 65, ".hidden", "con:", "a.", "é"]
)
def test_a_packs_id_that_is_no_files_name_is_refused(channel, requests, pack_id):
    for act in (
        lambda: channel.put(b"<x/>", pack_id),
        lambda: channel.take(pack_id),
        lambda: channel.settle(pack_id),
    ):
        with pytest.raises(Refused):
            act()
    assert not requests.exists()


def test_a_file_over_the_limit_is_refused(requests):
    channel = Folder(requests, most=100)
    answered(channel, ANSWER)
    with pytest.raises(Unreadable) as refused:
        channel.take("p1")
    assert refused.value.code == "too_large"


# Pohoda's side


def test_the_ini_file_is_what_pohoda_reads():
    text = folder.ini_text("StwPh_12345678_2026", r"C:\portál\žiadosti", r"C:\portál\odpovede")
    assert text.decode("cp1250").split("\r\n") == [
        "[XML]",
        r"input_dir=C:\portál\žiadosti",
        r"response_dir=C:\portál\odpovede",
        "database=StwPh_12345678_2026",
        "check_duplicity=1",
        "format_output=1",
        "",
    ]
    moved = folder.ini_text("x", "in", "out", "done").decode()
    assert "action_after_processing=2\r\nMove_to=done\r\n" in moved


@pytest.mark.parametrize("database", ["", "x\r\ncheck_duplicity=0", "Юлия"])
def test_no_line_is_smuggled_into_the_ini_file(database):
    with pytest.raises(Refused):
        folder.ini_text(database, "in", "out")


def test_the_command_line_quotes_everything():
    line = folder.command_line(r"C:\Program Files\Pohoda\Pohoda.exe", "portal", r"C:\p\portal.ini")
    assert line == r'"C:\Program Files\Pohoda\Pohoda.exe" /XML "portal" "password" "C:\p\portal.ini"'
    with pytest.raises(Refused):
        folder.command_line("Pohoda.exe", 'x" /HTTP "', "portal.ini")


def test_a_stand_in_answers_a_folder(stand_in, channel, requests):
    stop = threading.Event()
    serving = threading.Thread(target=stand_in.server.unit.serve_folder, args=(requests, stop))
    serving.start()
    try:
        taken = []
        for pack_id, xml in (("p1", upsert(("1", "jana", JANA))), ("l1", listing())):
            channel.put(xml, pack_id)
            deadline = time.monotonic() + 10
            while not (stream := channel.take(pack_id)):
                assert time.monotonic() < deadline
                time.sleep(0.005)
            with stream:
                taken.append(stream.read())
            channel.settle(pack_id)
        assert next(answers.read_response(io.BytesIO(taken[0])).items).ok
        assert [one["name"] for one in answers.read_list(io.BytesIO(taken[1])).contacts] == ["Jana Nová"]
        # The same pack once more is a duplicate, as the INI asks for.
        channel.put(upsert(("1", "jana", JANA)), "p1")
        while not (stream := channel.take("p1")):
            time.sleep(0.005)
        with stream:
            assert next(answers.read_response(stream).items).is_duplicate
    finally:
        stop.set()
        serving.join()
