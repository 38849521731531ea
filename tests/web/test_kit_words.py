import importlib.util
import re

import pytest

from portal.places import ROOT

spec = importlib.util.spec_from_file_location("words", ROOT / "scripts" / "words.py")
words = importlib.util.module_from_spec(spec)
spec.loader.exec_module(words)


def test_every_word_of_the_sources_is_in_its_catalogue():
    for domain, said in words.words().items():
        for language in words.TRANSLATED:
            catalogue = words.read(words.FOLDER / language / "LC_MESSAGES" / f"{domain}.po", language)
            unknown = {
                words.key(message)
                for message, context in said
                if catalogue.get(words.key(message), context) is None
            }
            assert not unknown, f"{domain}.po ({language}) lacks {sorted(unknown)}: run scripts/words.py"


def test_every_word_is_translated():
    assert words.missing() == {}


@pytest.mark.parametrize("language", words.TRANSLATED)
def test_a_translation_keeps_the_placeholders(language):
    placeholders = re.compile(r"%\(\w+\)[sd]")
    for path in (words.FOLDER / language / "LC_MESSAGES").glob("*.po"):
        for message in words.read(path, language):
            if not message.id:
                continue
            wanted = set(placeholders.findall(message.id if isinstance(message.id, str) else message.id[1]))
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            for string in filter(None, strings):
                # A form for one may leave the number out.
                assert set(placeholders.findall(string)) - wanted == set(), message.id
                assert wanted - set(placeholders.findall(string)) <= {"%(num)s", "%(num)d"}, message.id


@pytest.mark.parametrize("language", words.TRANSLATED)
def test_a_word_has_one_translation(language):
    """The last catalogue that has a word says it for all: another meaning needs a context, pgettext("of a time", "From")."""
    said = {}
    for path in sorted((words.FOLDER / language / "LC_MESSAGES").glob("*.po")):
        for message in words.read(path, language):
            if message.id:
                said.setdefault(words.called(message), {}).setdefault(message.string, path.stem)
    assert {word: strings for word, strings in said.items() if len(strings) > 1} == {}
