"""Where the rules' half of each of the thirty pitfalls is tested; the half of XML, HTTP and files is in tests/pohoda.

A pitfall that is missing here is of XML, HTTP or files alone.
"""

import re

import pytest

from portal.places import ROOT

PITFALLS = {
    1: ("packs", "what_is_no_success_is_none"),
    2: ("packs", "a_pack_that_did_not_arrive_or_was_refused_waits_again"),
    3: ("packs", "an_answer_that_leaves_somebody_out_is_asked_for_again_five_times"),
    4: ("packs", "without_an_answer_the_same_pack_goes_again"),
    5: ("listings", "joined_with_another_contact_there_the_link_moves"),
    6: ("listings", "identifiers_of_others_say_nothing"),
    7: ("rule", "duplicates_are_found_however_they_are_written"),
    8: ("rule", "duplicates_are_found_however_they_are_written"),
    9: ("roundtrip", "what_pohoda_would_refuse_stays_here_and_the_others_go"),
    12: ("roundtrip", "names_in_other_letters_go_in_latin_ones_and_stay_here_as_they_are"),
    15: ("ctr_mergeContact", "what_is_left_out_there_is_empty"),
    16: ("rule", "every_contact_has_its_verdict"),
    17: ("rule", "trying_writes_nothing_and_switching_on_needs_its_number"),
    18: ("ctr_mergeContact", "our_own_echo_is_nothing_new"),
    19: ("listings", "the_mark_is_pohodas_own_clock_with_an_hour_and_more_of_overlap"),
    20: ("listings", "what_is_missing_among_all_is_gone_and_may_come_back"),
    # 21: a contact person is a record of its own, and so a contact like any other; delivery addresses are not kept in both books.
    23: ("packs", "warnings_are_success_with_a_notice"),
    25: ("packs", "one_worker_talks_at_a_time"),
    26: ("folder", "half_an_answer_and_files_of_others_are_left_alone"),
    27: ("roundtrip", "only_what_was_changed_is_sent"),
    29: ("packs", "a_pack_has_everybody_who_waits_up_to_its_size"),
}


@pytest.mark.parametrize(("file", "name"), PITFALLS.values(), ids=[str(number) for number in PITFALLS])
def test_a_pitfall_has_its_test(file, name):
    text = (ROOT / "tests" / "contacts" / f"test_{file}.py").read_text()
    assert re.search(rf"^def test_{name}\(", text, re.MULTILINE)
