#!/usr/bin/env python3
"""Keep the catalogues of the interface's words: portal/translations/<language>/LC_MESSAGES/<domain>.po

    scripts/words.py [domain …]           read new words from the sources into the catalogues; count what lacks a translation
    scripts/words.py missing [domain]     the untranslated words as JSON
    scripts/words.py fill domain FILE     put translations in: {"Sign in": {"ru": "…", "sk": …}}, lists for plurals,
                                          "of a thing|Name" for a word in a context

The words of templates/<domain>/ and portal/<domain>.py or portal/<domain>/ belong to that domain, those of the kit and the
pages' frame to `kit`; a word that `kit` has is not repeated elsewhere. The application compiles the catalogues when it starts.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "portal" / "translations"
TRANSLATED = ("ru", "sk", "cs", "hi")
KIT = ("access", "charts", "errors", "formats", "frame", "pages", "security")
KEYWORDS = {
    "_": None, "_l": None, "N_": None, "NN_": (1, 2), "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
JINJA = {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}


def update(chosen: list[str]) -> None:
    """Bring the chosen catalogues, or all, up to date with the sources; translations stay with their words."""
    for domain, found in words().items():
        if not chosen or domain in chosen:
            for language in TRANSLATED:
                merge(domain, language, found)


def words() -> dict[str, dict]:
    """What the sources say, by domain: (message, context) -> (places, comments)."""
    said: dict[str, dict] = {name: {} for name in domains()}
    for path in sources():
        for line, message, comments, context in messages(path):
            found = said.setdefault(domain_of(path), {})
            found.setdefault((message, context), ([], comments))[0].append(
                (str(path.relative_to(ROOT)), line)
            )
    shared = {key(message) for message, _ in said["kit"]}
    return {
        domain: {
            word: places for word, places in found.items() if domain == "kit" or key(word[0]) not in shared
        }
        for domain, found in said.items()
    }


def domains() -> list[str]:
    return sorted({path.stem for path in FOLDER.glob("*/LC_MESSAGES/*.po")} | {"kit"})


def domain_of(path: Path) -> str:
    alone = path.suffix == ".py" and path.parent.name in ("portal", "workers")
    owner = path.stem if alone else path.parent.name
    return "kit" if owner in (*KIT, "templates") else owner


def merge(domain: str, language: str, found: dict) -> None:
    path = FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
    old = read(path, language)
    if not found and not path.exists():
        return
    new = Catalog(
        locale=language,
        domain=domain,
        project="portal",
        version="1",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        charset="utf-8",
        fuzzy=False,
        header_comment="",
    )
    # Given to the constructor, nothing would become an example.
    new.msgid_bugs_address = new.last_translator = new.language_team = ""
    for (message, context), (places, comments) in sorted(found.items(), key=lambda word: word[1][0][0]):
        known = old.get(key(message), context) or old.obsolete.get(key(message))
        if known is None or not any(known.string):
            known = elsewhere(language).get((message, context), known)
        # No line numbers: they would change the file with every edit of a source.
        files = sorted({(place, None) for place, _ in places})
        new.add(message, known.string if known else None, files, auto_comments=comments, context=context)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    with aside.open("wb") as file:
        write_po(file, new, width=110, omit_header=False, include_lineno=False)
    aside.replace(path)


@cache
def elsewhere(language: str) -> dict:
    """What is translated in any catalogue: the same word is translated once."""
    catalogues = [read(path, language) for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po"))]
    return {
        (message.id, message.context): message
        for known in catalogues
        for message in known
        if message.id and all(message.string)
    }


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def sources() -> Iterator[Path]:
    yield from sorted((ROOT / "portal").rglob("*.py"))
    yield from sorted((ROOT / "workers").glob("*.py"))
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.txt"))


def messages(path: Path) -> Iterator[tuple]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    options = {} if path.suffix == ".py" else JINJA
    yield from extract_from_file(method, path, KEYWORDS, ("Translators:",), options)


def key(message) -> str:
    return message if isinstance(message, str) else message[0]


def called(message) -> str:
    """A word as `missing` and `fill` write it."""
    return f"{message.context}|{key(message.id)}" if message.context else key(message.id)


def missing(domain: str | None = None) -> dict:
    """Words without a translation, by domain: what to translate and into which languages."""
    gaps: dict = {}
    for name in [domain] if domain else domains():
        for language in TRANSLATED:
            for message in read(FOLDER / language / "LC_MESSAGES" / f"{name}.po", language):
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and not all(strings):
                    gap = gaps.setdefault(name, {}).setdefault(called(message), {})
                    gap[language] = [""] * len(strings) if isinstance(message.id, tuple) else ""
    return gaps


def fill(domain: str, translations: dict) -> None:
    """Put translations into a domain's catalogues."""
    for language in TRANSLATED:
        path = FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
        catalog = read(path, language)
        for message in catalog:
            given = translations.get(called(message), {}).get(language) if message.id else None
            if given:
                message.string = tuple(given) if isinstance(given, list) else given
        aside = path.with_suffix(".new")
        with aside.open("wb") as file:
            write_po(file, catalog, width=110, include_lineno=False)
        aside.replace(path)


def main(arguments: list[str]) -> None:
    match arguments:
        case ["missing", *rest]:
            print(json.dumps(missing(*rest[:1]), ensure_ascii=False, indent=1))
        case ["fill", domain, file]:
            fill(domain, json.loads(Path(file).read_text()))
        case _:
            update(arguments)
            for name, gap in missing().items():
                print(f"{name}: {len(gap)} words without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
