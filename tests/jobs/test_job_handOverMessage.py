def test_who_has_it_hands_it_over(message, claim, hand_over, message_of):
    mine = message()
    claim(mine)
    assert hand_over(mine).reason == "message_handed_over"
    assert message_of(mine).handed_over


def test_nobody_else_may(message, claim, hand_over, untouched):
    mine = message()
    claim(mine)
    with untouched():
        assert hand_over(mine, "there:2").reason == "not_yours"


def test_too_late_in_the_lease_is_too_late(message, claim, hand_over, pass_time, untouched):
    mine = message()
    claim(mine)
    pass_time("41 seconds")
    with untouched():
        assert hand_over(mine).reason == "not_yours"
