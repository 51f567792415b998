"""Stripe's currencies: digits, smallest charge, and how an amount is said (STRIPE.md section 2, Money)."""

from decimal import Decimal, InvalidOperation

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
WHOLE_ONLY = frozenset(["isk", "ugx"])
_SMALLEST = {
    "gbp": 30, "dkk": 250, "nok": 300, "sek": 300, "pln": 200, "czk": 1500, "huf": 17500, "jpy": 50, "hkd": 400,
    "mxn": 1000, "aed": 200, "bgn": 100, "ron": 200, "thb": 1000, "myr": 200,
}  # fmt: skip
_ALL = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp
    cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr
    isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn
    myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle
    sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
CURRENCIES = frozenset(_ALL.split())
LARGEST = 99_999_999


def digits(currency: str) -> int:
    """Decimal places in which Stripe counts a currency."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def smallest(currency: str) -> int:
    """The least that can be charged, in minor units; half a unit of the currency where the row names none."""
    return _SMALLEST.get(currency, 50 if currency not in ZERO_DECIMAL else 1)


def said(amount: int, currency: str) -> str:
    """Say 1234 eur as €12.34."""
    places = digits(currency)
    sign = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}.get(currency)
    number = f"{abs(amount) / 10**places:,.{places}f}"
    less = "-" if amount < 0 else ""
    return f"{less}{sign}{number}" if sign else f"{less}{number} {currency.upper()}"


def written(text: str, currency: str) -> int:
    """Minor units of an amount that a person wrote, as in 12.50; raise ValueError for anything else."""
    try:
        amount = Decimal(text.strip().replace(",", ".")) * 10 ** digits(currency)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount of money. Write it as in {said(1250, currency)}.") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 < amount <= LARGEST:
        raise ValueError(f"{text!r} is not an amount that can be paid in {currency.upper()}.")
    return int(amount)
