import pytest

from storefront.staff import password as passwords

GOOD = [
    "kettle-lamp-river-42",
    "three quiet ferns",
    "correct horse ba",
    "Zx9!Zx9!Qp2?",
    "пароль длинный 7",
    "a" * 3 + "bcdxyz-lamp-quiet",
]
BAD = [
    "short1",
    "elevenchars",
    "twelve chars",
    "password1234",
    "Password123456",
    "P@ssw0rd123456",
    "qwertyuiop123",
    "111111111111111",
    "abcdefghijklmnop",
    "1234567890123456",
    "aaaaaaaaaaaaaaaaa",
    "letmein12345!!",
    "correcthorsebatterystaple",
    "x" * 300,
]


@pytest.mark.parametrize("password", GOOD)
def test_a_good_one_is_taken(password):
    assert passwords.weakness(password, "mira@shop.example", "Mira") == ""


@pytest.mark.parametrize("password", BAD)
def test_a_bad_one_is_refused_with_a_sentence(password):
    assert passwords.weakness(password, "mira@shop.example", "Mira").endswith(".")


def test_the_name_and_address_are_guessed_first():
    assert passwords.weakness("alexandra1234", "alexandra@shop.example", "Alexandra")
    assert passwords.weakness("mira@shop.example", "mira@shop.example", "Mira")


def test_only_the_right_one_fits():
    kept = passwords.hashed("kettle-lamp-river-42")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.fits(kept, "kettle-lamp-river-42")
    assert not passwords.fits(kept, "kettle-lamp-river-43")
    assert not passwords.fits(kept, "")


def test_letters_are_the_same_however_they_are_composed():
    assert passwords.fits(passwords.hashed("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")


def test_nothing_fits_an_account_without_a_password():
    assert not passwords.fits("", "")
    assert not passwords.fits("not a hash", "x")


def test_a_long_password_counts_to_its_last_sign():
    kept = passwords.hashed("a" * 199 + "b")
    assert not passwords.fits(kept, "a" * 199 + "c")
    assert not passwords.fits(kept, "a" * 199 + "bb")
