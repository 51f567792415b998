import io
import json
import logging

import pytest

from storefront.web.logs import JSONLines, Lines, Masking, handlers, masked

SECRETS = {
    "a secret key": ("key sk_test_51AbCdEf", "51AbCdEf"),
    "a restricted key": ("rk_live_abc123XYZ used", "abc123XYZ"),
    "a signing secret": ("whsec_abc+/=123", "abc+/=123"),
    "a client secret": ("pi_3Abc_secret_Xyz123", "Xyz123"),
    "an order link": ("GET /orders/AbCdEfGhIjKlMnOpQrStUv HTTP/1.1", "AbCdEf"),
    "a payment link": ("/pay/AbCdEfGhIjKlMnOpQrStUv?x=1", "AbCdEf"),
    "an invitation": ("/backoffice/invitations/xDWyOb9ICYDIN3nr2o8ecO-2B9O5Bie2L805obq5RDU", "xDWyOb"),
    "a payment page": ("https://checkout.stripe.com/c/pay/cs_test_a1B2c3#fid", "a1B2c3"),
    "a header": ("Authorization: Bearer abcdef.ghi", "abcdef"),
    "a cookie": ("{'Cookie': 'staff=abcdefgh'}", "abcdefgh"),
    "a password": ("password='hunter2 x'", "hunter2"),
    "a database's password": ("postgresql+psycopg://shop:s3cret@db/shop", "s3cret"),
    "a card number": ("paid 4242 4242 4242 4242", "4242 4242 4242"),
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_does_not_reach_the_line(kind):
    text, secret = SECRETS[kind]
    assert secret not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize(
    "text",
    ["GET /products/tea-towel 200", "order K7Q2-M9XD is paid", "/backoffice/orders/K7Q2-M9XD", "evt_1Abc applied"],
)
def test_what_is_no_secret_stays(text):
    assert masked(text) == text


@pytest.fixture
def line():
    """Logs through the filter, and answers what was written."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Masking())
    handler.setFormatter(Lines())
    logger = logging.getLogger("a test of masking")
    logger.propagate = False
    logger.addHandler(handler)

    def write(*arguments, formatter=None, **more):
        handler.setFormatter(formatter or Lines())
        logger.error(*arguments, **more)
        return out.getvalue()

    yield write
    logger.removeHandler(handler)


def test_arguments_and_tracebacks_are_masked_too(line):
    try:
        int("card 4242424242424242 and sk_live_abcdef")
    except ValueError:
        said = line("tried %s", "5555 5555 5555 4444", exc_info=True)
    assert "**** 4242" in said
    assert "**** 4444" in said
    assert "4242424242424242" not in said
    assert "abcdef" not in said
    assert "Traceback" in said


def test_nobody_can_forge_a_line(line):
    said = line("name: %s", "x\n2026-11-22T00:00:00Z ERROR forged\r\x1b[31mred")
    assert said.count("\n") == 1
    assert "\x1b" not in said
    assert "\r" not in said


def test_a_json_line_is_one_object(line):
    event = json.loads(line("a\nb", formatter=JSONLines()))
    assert event["message"] == "a\\nb"
    assert event["level"] == "error"


def test_every_handler_of_the_process_has_the_filter(plain):
    bare = [each for each in handlers() if not any(isinstance(filter_, Masking) for filter_ in each.filters)]
    ours = [each for each in bare if not type(each).__module__.startswith("_pytest")]
    assert ours == []
    assert any(isinstance(each, logging.StreamHandler) for each in handlers())
