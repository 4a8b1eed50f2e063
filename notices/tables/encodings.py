"""Which encoding a text table has: by its bytes where they leave no doubt, else by declaration.

Every byte of the file is decoded before an encoding is believed. Where two encodings both make
sense of the non-ASCII bytes, the file is refused and both are named: a guess would be mojibake.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.row import TableError, table_fault
from notices.tables.western_encodings import is_lettered, is_western, rivals

# What people call them → Python's codec. GB2312 and GBK are parts of GB18030. Those after cp1252
# are never found, only declared.
DECLARED: Mapping[str, str] = {
    "utf8": "utf_8_sig",
    "utf8sig": "utf_8_sig",
    "utf8bom": "utf_8_sig",
    "utf16": "utf_16",
    "utf16le": "utf_16_le",
    "utf16be": "utf_16_be",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "cp1252": "cp1252",
    "windows1252": "cp1252",
    "latin1": "cp1252",
    "iso88591": "cp1252",
    "cp1250": "cp1250",
    "windows1250": "cp1250",
    "iso88592": "iso8859_2",
    "latin2": "iso8859_2",
    "cp1251": "cp1251",
    "windows1251": "cp1251",
    "cp1254": "cp1254",
    "windows1254": "cp1254",
    "iso88599": "cp1254",
    "cp1257": "cp1257",
    "windows1257": "cp1257",
    "macroman": "mac_roman",
    "macintosh": "mac_roman",
    "cp850": "cp850",
    "shiftjis": "cp932",
    "cp932": "cp932",
    "eucjp": "euc_jp",
    "euckr": "cp949",
    "cp949": "cp949",
}
# Codec → the name by which it is declared and shown.
NAMES: Mapping[str, str] = {
    "utf_8_sig": "UTF-8",
    "utf_8": "UTF-8",
    "utf_16": "UTF-16",
    "utf_16_le": "UTF-16LE",
    "utf_16_be": "UTF-16BE",
    "gb18030": "GB18030",
    "big5hkscs": "Big5-HKSCS",
    "cp1252": "cp1252",
    "cp1250": "cp1250",
    "iso8859_2": "ISO-8859-2",
    "cp1251": "cp1251",
    "cp1254": "cp1254",
    "cp1257": "cp1257",
    "mac_roman": "Mac-Roman",
    "cp850": "cp850",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
}
CHUNK = 1 << 18
_SAMPLE = 1 << 16
_RARE = 20  # one zero byte in so many is no UTF-16: marks, digits and line ends alone are more
_MOST_NULS = 20  # one in so many bytes, and the file is no text
_FEW = 5  # non-ASCII characters; fewer of UTF-8's two-byte forms are weighed against GB18030
_ENOUGH = 8
_PLAUSIBLE, _APART = 0.8, 0.25
_CHINESE = 0.1  # of GB18030's characters stand in its rows from D0 on; usually a quarter
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ€£§°«»‘’“”–…\xa0]")
_PUNCTUATION = re.compile(r"[\u3000-\u3017\uff01-\uff5e\uffe0-\uffe5“”‘’…—·￥]")
_GLUED = re.compile(r"[^\x00-\x7f](?=[a-z])|(?<=[a-z])[^\x00-\x7f]")  # no Chinese, but an accent
_ASCII = re.compile(rb"[\x00-\x7f]+")
_MOST_TOLD = 20  # lines that are not in an encoding
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


def find_encoding(file: Path, declared: str = "") -> str:
    """The codec of a text table, by declaration, byte-order mark or its bytes.

    Raises TableError where a declared one is unknown or does not fit, or none is sure.
    """
    try:
        codec = _found(file, declared)
        if not codec.startswith("utf_16") and (line := _nul_line(file)):
            raise table_fault("nul-byte", file, line)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    return codec


def _found(file: Path, declared: str) -> str:
    with file.open("rb") as handle:
        head = handle.read(4)
    if declared:
        codec = _declared(file, declared)
        marked = codec != "utf_8_sig" or head.startswith(codecs.BOM_UTF8)
        return codec if marked else "utf_8"
    if head.startswith(codecs.BOM_UTF8):
        return _sure(file, "utf_8_sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _sure(file, "utf_16")
    return _by_bytes(file)


def _nul_line(file: Path) -> int:
    """The line of the first NUL byte of a file that has too many for a text; 0 where they are few:
    those are faults of their rows."""
    head = next(_chunks(file), b"")
    if head.count(0) * _MOST_NULS < len(head) or b"\0" not in head:
        return 0
    return 1 + head[: head.find(b"\0")].count(b"\n")


def _declared(file: Path, declared: str) -> str:
    codec = DECLARED.get(re.sub(r"[^a-z0-9]", "", declared.lower()))
    if codec is None:
        known = ", ".join(dict.fromkeys(NAMES.values()))
        raise table_fault("encoding-unknown", file, name=declared[:40], known=known)
    return _sure(file, codec)


def _sure(file: Path, codec: str) -> str:
    """The codec, once all of the file has been decoded with it."""
    if first := _first_fault(file, codec):
        lines = [*islice(_faulty_lines(file, codec), _MOST_TOLD)] or [first]
        params = {"name": NAMES[codec]}
        told = (Finding("encoding-wrong", "error", str(file), n, "", params) for n in lines)
        raise TableError(*told)
    return codec


def _faulty_lines(file: Path, codec: str) -> Iterator[int]:
    """Each line that is not in `codec`, where a line end is one byte in it."""
    if codec.startswith("utf_16"):
        return
    with file.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            try:
                line.decode(codec)
            except UnicodeDecodeError:
                yield number


def _first_fault(file: Path, codec: str) -> int:
    """The line at which the file is not in `codec`; 0 where all of it is."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    try:
        for chunk in _chunks(file):
            line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].count(b"\n")
    except UnicodeError:
        return line
    return 0


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            yield chunk


def _by_bytes(file: Path) -> str:
    sample, count = _telling_bytes(file)
    if codec := _wide(file):
        return codec
    if not _first_fault(file, "utf_8"):
        few = count < _FEW and all(len(m) == 2 for m in _MULTIBYTE.findall(sample))
        if not count or not few:
            return "utf_8"
        fits = [c for c in ("gb18030", "big5hkscs") if not _first_fault(file, c)]
        likely = [c for c in fits if _weight(sample, c) >= _PLAUSIBLE]
        if not likely and not is_lettered(sample.decode("utf_8", "ignore")):
            likely = fits
        if likely:
            raise _unsure(file, ["utf_8", likely[0]])
        return "utf_8"
    weights = {
        codec: _weight(sample, codec)
        for codec in ("gb18030", "big5hkscs", "cp1252")
        if not _first_fault(file, codec)
    }
    ranked = sorted(weights, key=lambda codec: -weights[codec])
    if ranked and weights[ranked[0]] >= _PLAUSIBLE:
        second = weights[ranked[1]] if len(ranked) > 1 else 0.0
        apart = weights[ranked[0]] - second
        if second < 0.2 or (apart >= _APART and count >= _ENOUGH):
            others = [*_rivals(sample, ranked[0])]
            if not others and (is_western(sample) if ranked[0] == "cp1252" else count >= _ENOUGH):
                return ranked[0]
            ranked = list(dict.fromkeys([ranked[0], *(others or ranked)]))
            raise _unsure(file, ranked)
    raise _unsure(file, ranked[:2])


def _rivals(sample: bytes, codec: str) -> tuple[str, ...]:
    """Encodings that are never found, but may be meant as well as `codec`."""
    if codec == "cp1252":
        return rivals(sample)
    if codec != "gb18030":
        return ()
    # Chinese has many characters in the rows that Hangul never and Japanese rarely uses.
    pairs = re.findall(rb"[\xa1-\xfe][\xa1-\xfe]", _ASCII.sub(b" ", sample))
    if sum(pair[0] >= 0xD0 for pair in pairs) > _CHINESE * len(pairs):
        return ()
    return ("cp949",) if all(0xB0 <= pair[0] <= 0xC8 for pair in pairs) else ("euc_jp",)


def _unsure(file: Path, likely: list[str]) -> TableError:
    names = [NAMES[codec] for codec in likely]
    if len(names) < 2:
        return table_fault(
            "encoding-not-found", file, known=", ".join(dict.fromkeys(NAMES.values()))
        )
    others = " / ".join(names[1:])
    return table_fault("encoding-unsure", file, first=names[0], second=others)


def _telling_bytes(file: Path) -> tuple[bytes, int]:
    """The lines that hold non-ASCII bytes or NULs, up to a limit, and how many such characters."""
    kept: list[bytes] = []
    size = 0
    for chunk in _chunks(file):
        if chunk.isascii() and b"\0" not in chunk:
            continue
        for line in chunk.splitlines(keepends=True):
            if not line.isascii() or b"\0" in line:
                kept.append(line)
                size += len(line)
        if size >= _SAMPLE:
            break
    sample = b"".join(kept)[: 2 * _SAMPLE]
    return sample, len(_ASCII.sub(b"", sample)) // 2


def _wide(file: Path) -> str:
    """UTF-16 without a mark, "" where it is none: the zero bytes of its many ASCII characters stand
    on one side."""
    head = next(_chunks(file), b"")[:_SAMPLE]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * _RARE < len(head):
        return ""
    codec = "utf_16_le" if odd > 10 * even else "utf_16_be" if even > 10 * odd else ""
    return codec if codec and not _first_fault(file, codec) else ""


def _weight(sample: bytes, codec: str) -> float:
    """How much of the sample's non-ASCII text makes sense in `codec`, from 0 to 1."""
    text = sample.decode(codec, "ignore")
    strange = [char for char in text if ord(char) > 127]
    if not strange:
        return 0.0
    if codec == "cp1252":
        return _western(text, len(strange))
    common = _common_gb if codec == "gb18030" else _common_big5
    free = [char for char in _GLUED.sub("", text) if ord(char) > 127]
    return sum(1 for char in free if _PUNCTUATION.match(char) or common(char)) / len(strange)


def _western(text: str, count: int) -> float:
    """Accents stand alone among Latin letters; runs of them are some other script's bytes."""
    lone = re.findall(r"(?<![^\x00-\x7f])[^\x00-\x7f](?![^\x00-\x7f])", text)
    return sum(1 for char in lone if _WESTERN.match(char)) / count


def _lead(char: str, codec: str) -> int:
    try:
        raw = char.encode(codec)
    except UnicodeEncodeError:
        return 0
    return raw[0] << 8 | raw[1] if len(raw) == 2 else 0


def _common_gb(char: str) -> bool:
    return 0xB0A1 <= _lead(char, "gb2312") <= 0xD7F9  # the 3755 characters of level 1


def _common_big5(char: str) -> bool:
    return 0xA440 <= _lead(char, "big5") <= 0xC67E  # the 5401 frequent characters
