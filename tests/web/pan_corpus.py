"""Made-up card numbers in the spellings that people and programs use, and what looks like one but is none."""

import random
import uuid
from collections.abc import Callable

PREFIXES = {
    "4": 16,
    "51": 16,
    "55": 16,
    "2221": 16,
    "2720": 16,
    "34": 15,
    "37": 15,
    "6011": 16,
    "65": 16,
    "36": 14,
    "3530": 16,
    "62": 16,
    "6759": 16,
}
PUBLISHED = [
    "4242424242424242",
    "4000000000000002",
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "3056930009020004",
    "36227206271667",
    "3566002020360505",
    "6200000000000005",
]


def check_digit(body: str) -> str:
    """Luhn's, for the digits before it."""
    total = sum(
        (value * 2 - 9 if value > 4 else value * 2) if place % 2 == 0 else value
        for place, value in enumerate(map(int, reversed(body)))
    )
    return str(-total % 10)


def numbers(count: int = 200) -> list[str]:
    chance = random.Random(1)  # noqa: S311 - the same numbers each time
    made = list(PUBLISHED)
    while len(made) < count:
        prefix, length = chance.choice(list(PREFIXES.items()))
        body = prefix + "".join(chance.choice("0123456789") for _ in range(length - len(prefix) - 1))
        made.append(body + check_digit(body))
    return made


def grouped(number: str, between: str) -> str:
    if len(number) == 15:
        return between.join((number[:4], number[4:10], number[10:]))
    return between.join(number[i : i + 4] for i in range(0, len(number), 4))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "bare": str,
    "spaces": lambda n: grouped(n, " "),
    "dashes": lambda n: grouped(n, "-"),
    "dots": lambda n: grouped(n, "."),
    "no-break spaces": lambda n: grouped(n, "\u00a0"),
    "thin spaces": lambda n: grouped(n, "\u202f"),
    "en dashes": lambda n: grouped(n, "\u2013"),
    "two spaces": lambda n: grouped(n, "  "),
    "spaced dashes": lambda n: grouped(n, " - "),
    "tabs": lambda n: grouped(n, "\t"),
    "underscores": lambda n: grouped(n, "_"),
    "zero-width": lambda n: grouped(n, "\u200b"),
    "every digit": " ".join,
    "of a form": lambda n: f"card={grouped(n, '+')}&x=1",
    "of an address": lambda n: f"/search?q={grouped(n, '%20')}",
    "in a sentence": lambda n: f"My card is {grouped(n, ' ')}, please.",
    "with its expiry": lambda n: f"{grouped(n, ' ')} 12/27 123",
    "in JSON": lambda n: f'{{"number":"{n}","cvc":"123"}}',
    "after a word": lambda n: f"card{n}",
    "Arabic digits": lambda n: n.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "full-width digits": lambda n: n.translate(
        str.maketrans("0123456789", "".join(chr(0xFF10 + i) for i in range(10)))
    ),
    "end of a sentence": lambda n: f"It was {n}.",
}


def lookalikes(count: int = 500) -> list[str]:
    """Ids, times, phones, bar codes, parcels, IBANs and random digits, as they stand in orders, logs and events."""
    chance = random.Random(2)  # noqa: S311 - the same texts each time

    def digits(length: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(length))

    def letters(length: int) -> str:
        return "".join(
            chance.choice("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(length)
        )

    makers: list[Callable[[], str]] = [
        lambda: f"pi_3{letters(23)}",
        lambda: f"cs_test_{letters(58)}",
        lambda: str(uuid.UUID(int=chance.getrandbits(128))),
        lambda: f"{chance.getrandbits(256):064x}",
        lambda: f"+49 {digits(3)} {digits(4)} {digits(4)}",
        lambda: f"+44{digits(11)}",
        lambda: f"17{digits(8)}",
        lambda: f"17{digits(11)}",
        lambda: f"2026-11-{chance.randint(10, 28)} {chance.randint(10, 23)}:{digits(2)}:{digits(2)}.{digits(6)}",
        lambda: f"DE{digits(2)} {digits(4)} {digits(4)} {digits(4)} {digits(4)} {digits(2)}",
        lambda: f"40{digits(11)}",
        lambda: f"1Z{digits(3)}AA{digits(10)}",
        lambda: f"00340{digits(15)}",
        lambda: f"{digits(4)}.{digits(2)} + {digits(3)}.{digits(2)}",
        lambda: f"10.{digits(2)}.{digits(3)}.{digits(2)}:{digits(5)}",
        lambda: f"1{digits(15)}",
        lambda: f"9{digits(15)}",
        lambda: f"req_{letters(14)}",
        lambda: f"INV-{digits(4)}-{digits(6)}",
        lambda: f"{digits(5)} {digits(5)}",
    ]
    return [makers[place % len(makers)]() for place in range(count)]
