"""Requests and answers as files, for a Pohoda that is started from the command line or by hand.

It reads every file of the folder of requests and writes its answer under the same name into the folder of answers, which is
`response` inside the first one unless the INI says otherwise. A file is ours when it is named after one of our packs;
everything else is left alone.
"""

import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from portal.pohoda.answers import read_response
from portal.pohoda.failures import Away, Refused, Unreadable
from portal.pohoda.reading import MOST

#: A pack's id is a file's name here, on Windows too.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]|[A-Za-z0-9]")
#: Requests are written here first: Pohoda looks at every file of the folder itself, but not below.
ASIDE = "unfinished"
ANSWERS = ("response", "Response")
#: Seconds after which half an answer is no longer being written.
PATIENCE = 600


class Folder:
    """
    >>> folder.put(xml, "p1")
    >>> with folder.take("p1") as answer: …
    >>> folder.settle("p1")
    """

    def __init__(
        self,
        requests: Path | str,
        responses: Path | str | None = None,
        patience: float = PATIENCE,
        most: int = MOST,
    ):
        self.requests = Path(requests)
        self.responses = Path(responses) if responses else None
        self.patience = patience
        self.most = most

    def put(self, xml: bytes, pack_id: str) -> None:
        """Lay a request into the folder; it is there whole or not at all. The same pack again changes nothing."""
        place = self.requests / name(pack_id)
        aside = self.requests / ASIDE / f"{pack_id}.{os.getpid()}"
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            with open(aside, "wb") as file:
                file.write(xml)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, place)
            sync(self.requests)
        except OSError as error:
            raise Away("cannot_be_written", place=self.requests, why=error.strerror) from None
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)

    def take(self, pack_id: str) -> BinaryIO | None:
        """The answer to that pack, once Pohoda has written the whole of it; the file stays until it is settled."""
        for place in self.places(pack_id):
            try:
                file = place.open("rb")
            except OSError:
                # Not there, or Windows has not let go of it yet.
                continue
            try:
                if self.is_whole(file, pack_id):
                    file.seek(0)
                    return file
            except BaseException:
                file.close()
                raise
            file.close()
        return None

    def settle(self, pack_id: str) -> None:
        """Take the request and its answer away, after the answer was stored: a request left behind is imported again."""
        for place in (self.requests / name(pack_id), *self.places(pack_id)):
            try:
                place.unlink(missing_ok=True)
            except OSError as error:
                raise Away("cannot_be_removed", place=place, why=error.strerror) from None

    def places(self, pack_id: str) -> list[Path]:
        folders = [self.responses] if self.responses else [self.requests / one for one in ANSWERS]
        return [folder / name(pack_id) for folder in folders]

    def is_whole(self, file: BinaryIO, pack_id: str) -> bool:
        """Whether the file is an answer to its end, and to this pack. A refused pack is answered without an id."""
        try:
            answer = read_response(file, self.most)
            for _ in answer.items:
                pass
        except Unreadable as error:
            is_old = time.time() - os.fstat(file.fileno()).st_mtime > self.patience
            if error.code == "broken" and not is_old:
                return False
            raise
        except OSError:
            return False
        return answer.id in (pack_id, "")


def name(pack_id: str) -> str:
    if not NAME.fullmatch(pack_id):
        raise Refused("bad_name", pack=repr(pack_id[:80]))
    return f"{pack_id}.xml"


def sync(folder: Path) -> None:
    """Make a rename outlive a power cut, where folders can be opened."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def ini_text(database: str, requests: str, responses: str, done: str | None = None) -> bytes:
    """The INI file for Pohoda's command line: all requests of a folder, with its check for packs that come twice.

    Paths are those of the machine that Pohoda runs on. Where `done` is given, Pohoda moves the requests there itself.
    """
    lines = {
        "input_dir": requests,
        "response_dir": responses,
        "database": database,
        "check_duplicity": "1",
        "format_output": "1",
    }
    if done:
        lines |= {"action_after_processing": "2", "Move_to": done}
    for key, value in lines.items():
        if not value or re.search(r"[\x00-\x1f]", value):
            raise Refused("bad_setting", "not_one_line", setting=key)
    text = "\r\n".join(["[XML]", *(f"{key}={value}" for key, value in lines.items()), ""])
    try:
        return text.encode("cp1250")
    except UnicodeEncodeError:
        raise Refused("bad_setting", "no_such_letter") from None


def command_line(program: str, user: str, ini: str) -> str:
    r"""What the task scheduler of Windows starts; the password is for whoever types it there.

    >>> command_line(r"C:\Pohoda\Pohoda.exe", "portal", r"C:\portal\portal.ini")
    '"C:\\Pohoda\\Pohoda.exe" /XML "portal" "password" "C:\\portal\\portal.ini"'
    """
    for value in (program, user, ini):
        if not value or re.search(r'["\x00-\x1f]', value):
            raise Refused("bad_setting", "bad_command")
    return f'"{program}" /XML "{user}" "password" "{ini}"'
