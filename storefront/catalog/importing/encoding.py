"""Finding out how a file's letters are written, without holding the file in memory."""

import codecs
from pathlib import Path

CHUNK = 1 << 16
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def detect(path: Path) -> str:
    """A codec's name: by the byte order mark, else UTF-16 if every other byte is empty, else UTF-8 if all of it is,
    else Windows-1252.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd > len(start) // 4 and even < odd // 4:
        return "utf-16-le"
    if even > len(start) // 4 and odd < even // 4:
        return "utf-16-be"
    return "utf-8" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
