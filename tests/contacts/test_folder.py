"""The same contacts over folders: a request lies there until Pohoda has answered, and one question is out at a time."""

import pytest

from tests.contacts.conftest import switch_on, work
from tests.people import register
from tests.pohoda.stand_in import ICO
from workers import pohoda


@pytest.fixture
def folders(books, tmp_path):
    requests = tmp_path / "requests"
    responses = requests / "response"
    responses.mkdir(parents=True)
    switch_on(books, channel="folder", url="", requestFolder=str(requests), responseFolder=str(responses))
    books.requests, books.responses = requests, responses
    return books


def serve(books) -> int:
    """Pohoda is started once over the folder."""
    unit = books.pohoda.server.unit
    assert unit.ico == ICO
    waiting = [
        one for one in sorted(books.requests.glob("*.xml")) if not (books.responses / one.name).exists()
    ]
    for request in waiting:
        unit.serve_file(request, books.responses / request.name)
    return len(waiting)


def test_a_pack_waits_in_the_folder_for_its_answer(folders):
    register(folders, "alice")
    assert work(pohoda.send) == {"waiting": 1}
    [request] = folders.requests.glob("*.xml")
    assert folders.value("SELECT state FROM ctr_packList") == "unknown"
    # Still no answer: nothing is written anew.
    assert work(pohoda.send) == {"waiting": 1}
    assert [one.name for one in folders.requests.glob("*.xml")] == [request.name]
    assert serve(folders) == 1
    assert work(pohoda.send)["sent"] == 1
    assert list(folders.requests.glob("*.xml")) == list(folders.responses.glob("*.xml")) == []
    assert len(folders.pohoda.contacts()) == 1
    assert folders.read("SELECT * FROM ctr_violations") == []


def test_one_question_is_out_at_a_time(folders):
    folders.pohoda.add(name="Jana", city="Nitra")
    assert work(pohoda.receive) == {"waiting": 1}
    register(folders, "alice")
    # Its answer could be older than what would be sent now.
    assert work(pohoda.send) == {"waiting": 1}
    assert len(list(folders.requests.glob("*.xml"))) == 1
    serve(folders)
    assert work(pohoda.receive)["added"] == 1
    assert work(pohoda.send) == {"waiting": 1}
    assert work(pohoda.receive) == {"waiting": 1}
    serve(folders)
    assert work(pohoda.send)["sent"] == 1
    assert len(folders.pohoda.contacts()) == 2


def test_a_request_that_was_taken_away_is_laid_there_again(folders):
    register(folders, "alice")
    work(pohoda.send)
    [request] = folders.requests.glob("*.xml")
    # Pohoda moved it, worked on it and lost the answer.
    serve(folders)
    request.unlink()
    (folders.responses / request.name).unlink()
    assert work(pohoda.send) == {"waiting": 1}
    assert (folders.requests / request.name).exists()
    serve(folders)
    assert work(pohoda.send)["sent"] == 1
    assert len(folders.pohoda.contacts()) == 1


def test_half_an_answer_and_files_of_others_are_left_alone(folders):
    register(folders, "alice")
    work(pohoda.send)
    [request] = folders.requests.glob("*.xml")
    (folders.responses / request.name).write_bytes(b"<?xml version='1.0'?><rsp:responsePack")
    (folders.responses / "invoices.xml").write_text("<other/>")
    assert work(pohoda.send) == {"waiting": 1}
    (folders.responses / request.name).unlink()
    serve(folders)
    assert work(pohoda.send)["sent"] == 1
    assert (folders.responses / "invoices.xml").exists()
