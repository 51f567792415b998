import pytest

from storefront import pan
from tests.web.pan_corpus import SPELLINGS, lookalikes, numbers


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_number_is_found_and_masked_in_this_spelling(spelling):
    missed = []
    for number in numbers():
        text = SPELLINGS[spelling](number)
        masked = pan.mask(text)
        digits = "".join(char for char in masked if char.isdigit())
        if not pan.found(text) or (len(digits) > 12 and spelling != "with its expiry") or pan.found(masked):
            missed.append(text)
    assert missed == []


def test_the_last_four_digits_stay():
    assert pan.mask("paid with 4242 4242 4242 4242 today") == "paid with **** 4242 today"


def test_an_expiry_date_beside_it_stays_and_hides_nothing():
    assert pan.mask("4242 4242 4242 4242 12/27 123") == "**** 4242 12/27 123"


def test_two_numbers_side_by_side_are_both_masked():
    assert pan.mask("4242424242424242 5555555555554444") == "**** 4242 **** 4444"


def test_what_only_looks_like_one_is_left_alone():
    wrong = [text for text in lookalikes() if pan.found(text)]
    assert len(wrong) <= 5, wrong


def test_a_text_without_one_is_the_same_object():
    text = "order K7Q2-M9XD, 2 pieces, 69.99"
    assert pan.mask(text) is text


def test_a_megabyte_of_digits_is_read_in_no_time():
    text = "4 " * 20_000 + "x 4242424242424242 " + "1" * 900_000
    assert pan.mask(text).count("**** 4242") == 1
