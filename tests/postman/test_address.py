import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.postman.address import AddressError, mailbox


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ada@buyer.example", "ada@buyer.example"),
        (" ada.field+tea@mail.buyer.example ", "ada.field+tea@mail.buyer.example"),
        ("o'neil@buyer.example", "o'neil@buyer.example"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("j\u00f6rg@buyer.example", "j\u00f6rg@buyer.example"),
    ],
)
def test_one_mailbox_is_taken(text, plain):
    assert mailbox(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@buyer.example", "ada@", "ada@@buyer.example", "ada@buyer.example,bo@stranger.example",
        "ada@buyer.example, bo@stranger.example", "ada@buyer.example\r\nBcc: bo@stranger.example",
        "ada@buyer.example\n",
        "Ada <ada@buyer.example>", "<ada@buyer.example>", "ada@buyer.example;bo@stranger.example",
        "ada(x)@buyer.example",
        '"ada,bo"@buyer.example', "ada@[127.0.0.1]", "ada @buyer.example", "ada@buyer .example", "ada@-buyer.example",
        "ada..field@buyer.example", ".ada@buyer.example", "a" * 65 + "@buyer.example", "ada@" + "b" * 64 + ".example",
        "ada@" + "b.example." * 40, "ada\x00@buyer.example", "ada@buyer..example", "ada\u2028@buyer.example",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_being_repeated(text):
    with pytest.raises(AddressError) as refusal:
        mailbox(text)

    assert "buyer" not in str(refusal.value)


@given(st.text())
def test_what_is_taken_has_one_at_and_nothing_that_parts_recipients(text):
    try:
        plain = mailbox(text)
    except AddressError:
        return
    assert plain.count("@") == 1
    assert not set(plain) & set(' ,;:<>()[]\\"\r\n\t')
