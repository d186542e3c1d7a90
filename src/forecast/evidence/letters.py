"""Letters: which encoding a text was typed in, the old Vietnamese ones turned into Unicode by table, marks composed.

A text is called TCVN3 or VNI only where its words are no Vietnamese as they stand and are once converted: proper Vietnamese,
"VECOM®" or "GRDP¹" are left alone.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import unicodedata
from functools import lru_cache

from forecast.domain import Text

_TCVN3_FROM = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§"
_TCVN3_TO = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ"
TCVN3 = str.maketrans(_TCVN3_FROM, _TCVN3_TO)
_MARKS = dict(zip("øùûõïàáåãäâêèéúüë", ["\u0300", "\u0301", "\u0309", "\u0303", "\u0323", *([""] * 12)], strict=True))
_HAT, _BREVE = "\u0302", "\u0306"
_MARKS |= {
    "â": _HAT,
    "à": _HAT + "\u0300",
    "á": _HAT + "\u0301",
    "å": _HAT + "\u0309",
    "ã": _HAT + "\u0303",
    "ä": _HAT + "\u0323",
}
_MARKS |= {"ê": _BREVE, "è": _BREVE + "\u0300", "é": _BREVE + "\u0301", "ú": _BREVE + "\u0309", "ü": _BREVE + "\u0303"}
_MARKS["ë"] = _BREVE + "\u0323"
_VNI_ALONE = {"ñ": "đ", "Ñ": "Đ", "ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_ALONE |= {"Æ": "Ỉ", "Ó": "Ĩ", "Ò": "Ị", "Î": "Ỵ"}
_FIRST = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvxfjwz]"
_VOWELS = "uye|uya|oai|oay|oeo|uay|uoi|uou|ieu|yeu|ươi|ươu|iêu|yêu|uyê|uây|uôi|uêu|" + "|".join(
    "ai ao au ay âu ây eo êu ia iê iu oa oă oe oi oo ôi ơi ua uâ uă uê ui uô uơ uy ưa ưi ươ ưu ya yê a ă â e ê i o ô ơ u ư y".split()
)
_SYLLABLE = re.compile(rf"(?:{_FIRST})?(?:{_VOWELS})(?:ng|nh|ch|[cmnptk])?\Z")
_TONES = {"\u0300", "\u0301", "\u0309", "\u0303", "\u0323"}
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*")
_CHUNK = re.compile(r"\S+")
_MOJIBAKE = re.compile(
    "[\u00c3\u00c2\u00c4\u00c5\u00c6][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u0192\u02c6\u02dc\u2018-\u201e\u2020-\u2026\u2030\u20ac\u2122]"
    "|\u00e1[\u00ba\u00bb][\u0080-\u00bf\u0152-\u2122]|\u00e2\u20ac"
)
_UNICODE_ONLY = re.compile(
    "[\u0102-\u01b0\u1ea0-\u1ef9]"
)  # Vietnamese letters that no text of an old encoding can hold
LEAST_KNOWN = 0.6  # below it the encoding itself is in doubt, above it single words are
LEAST_SURE = 0.9  # of the words with letters beyond ASCII that are Vietnamese after decoding
_WORDS = re.compile(r"[^\W\d_]+")
_BETWEEN_MARKS = re.compile(r"[^\s;,|\"]+")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)


_PROPER = re.compile("[ -~\n" + "".join(map(re.escape, dict.fromkeys(_TCVN3_TO + _TCVN3_TO.upper()))) + "]*\\Z")


class EncodingError(Exception):
    """Bytes that are no text in any encoding that is known here; `line` of the first one in doubt, 0 where there is none."""

    def __init__(self, vi: str, en: str, line: int = 0) -> None:
        super().__init__(en)
        self.text, self.line = Text(vi, en), line


def is_proper(text: str) -> bool:
    """Whether a text holds composed Vietnamese letters and ASCII only and one that no old encoding has: nothing to convert."""
    return "?" not in text and bool(_UNICODE_ONLY.search(text)) and bool(_PROPER.match(text))


def composed(text: str) -> str:
    """Unicode with composed letters (NFC), the Icelandic Ð read as the Vietnamese Đ, no-break blanks as blanks."""
    text = unicodedata.normalize("NFC", text)
    text = text.replace("\u00d0", "Đ").replace("\u00f0", "đ")
    return re.sub("[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " ", text).replace("\u200b", "").replace("\ufeff", "")


def with_marks_joined(text: str) -> str:
    """Letters and their marks as one sign each (NFC), the Icelandic Ð as the Vietnamese Đ: what a search finds."""
    return unicodedata.normalize("NFC", text).replace("\u00d0", "Đ")


def control_characters(text: str) -> list[str]:
    """The names of characters nobody typed on purpose: control, direction marks, code points that are no characters."""
    return [f"U+{ord(sign):04X}" for sign in dict.fromkeys(_CONTROL.findall(text))]


@lru_cache(maxsize=65_536)
def is_syllable(word: str) -> bool:
    """Whether a word can be one Vietnamese syllable: an initial, a vowel, a final, one tone; foreign letters cannot."""
    lower = unicodedata.normalize("NFC", word).lower()
    bare, tones = "", 0
    for sign in unicodedata.normalize("NFD", lower):
        if sign in _TONES:
            tones += 1
        else:
            bare += sign
    return tones <= 1 and bool(_SYLLABLE.match(unicodedata.normalize("NFC", bare)))


def from_tcvn3(text: str) -> str:
    """Every letter by the table of TCVN3 (ABC)."""
    return text.translate(TCVN3)


def from_vni(text: str) -> str:
    """Letters and the marks that follow them by the table of VNI."""
    out, previous = "", ""
    for sign in text:
        mark = _MARKS.get(sign.lower())
        takes = "aeouy" if mark in _TONES else "ae" if mark and _BREVE in mark else "aeo"
        if mark and (previous.lower() in takes or (previous in "ôÔöÖ" and previous and mark in _TONES)):
            out += mark
        else:
            out += _VNI_ALONE.get(sign, sign)
        previous = sign
    return unicodedata.normalize("NFC", out)


def old_encoding(text: str) -> str:
    """'TCVN3' or 'VNI' where the text is of one of them, '' for proper Unicode."""
    if text.isascii() or _UNICODE_ONLY.search(text):
        return ""
    original = _share(composed(text))
    if original == 1.0:
        return ""
    for name, convert in (("TCVN3", from_tcvn3), ("VNI", from_vni)):
        changed = convert(text)
        if changed != text and _share(changed) > max(original, 0.6) and _wrong_before(text, changed):
            return name
    return ""


def _wrong_before(text: str, changed: str) -> bool:
    """Whether a word that is no Vietnamese became one: where only signs beside words change, nothing was wrong."""
    pairs = itertools.zip_longest(_CHUNK.findall(text), _CHUNK.findall(changed), fillvalue="")
    return any(
        before != after
        and not _good(composed(before))
        and _good(after)
        and not re.fullmatch(r"[\"'“«(]*[A-Za-z0-9/.-]+[®©¹²³ªº™)\"'”».,]*", before)
        for before, after in pairs
    )


def _good(chunk: str) -> bool:
    words = _WORD.findall(chunk)
    marked = re.sub(r"[\d\s.,;:!?()\[\]{}\"'“”‘’«»/&%+=*…–—-]", "", chunk)
    return bool(words) and sum(map(len, words)) == len(marked) and all(is_syllable(word) for word in words)


def _share(text: str) -> float:
    """The part of the words with letters beyond ASCII that are Vietnamese syllables."""
    chunks = [chunk for chunk in _CHUNK.findall(text) if not chunk.isascii() and any(map(str.isalpha, chunk))]
    return sum(map(_good, chunks)) / len(chunks) if chunks else 1.0


def to_unicode(text: str, font: str = "") -> str:
    """The text in Unicode: converted where its letters, or letters and font, show an old encoding."""
    name = old_encoding(text)
    if (
        not name
        and font.startswith(".Vn")
        and not _UNICODE_ONLY.search(text)
        and not text.isascii()
        and _share(composed(text)) < 1.0
    ):
        name = "TCVN3"
    if name == "TCVN3":
        changed = from_tcvn3(text)
        return composed(changed.upper() if font.startswith(".Vn") and font.upper().endswith("H") else changed)
    return composed(from_vni(text) if name == "VNI" else text)


def lost_letters(text: str) -> bool:
    """Whether question marks stand inside words: letters that a code page could not hold, gone for good."""
    return "?" in text and bool(re.search(r"[^\W\d_]\?[^\W\d_]|[^\W\d_]\?[ ,]\S*\?", text))


def is_garbled(text: str) -> bool:
    """Whether a text is UTF-8 that was read as Latin-1, or holds replacement signs."""
    if "\ufffd" in text:
        return True
    text = unicodedata.normalize("NFC", text)
    if text.isascii():
        return False
    for encoding in ("latin-1", "cp1252"):  # what decodes as UTF-8 once more was UTF-8 read as something else
        with contextlib.suppress(UnicodeError):
            return not text.encode(encoding).decode("utf-8").isascii()
    return bool(_MOJIBAKE.search(text)) and _share(composed(text)) < 1.0


def decode(content: bytes) -> tuple[str, str]:
    """The text of the bytes and the name of its encoding; EncodingError where none gives Vietnamese."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(content, "utf-16"), "UTF-16"
    zeros = content[:2000].count(0)
    if zeros and zeros > len(content[:2000]) // 5:
        low = content[1:2000:2].count(0) >= content[0:2000:2].count(0)
        return _strict(content, "utf-16-le" if low else "utf-16-be"), "UTF-16"
    if zeros:
        vi = "tệp không phải văn bản hay bảng tính đọc được (.xlsx, .ods, .csv)."
        raise EncodingError(vi, "the file is neither text nor a workbook that can be read (.xlsx, .ods, .csv).")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _old(content)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        vi = f"tệp {encoding.upper()} bị cắt hoặc hỏng ở byte {error.start}; hãy gửi lại."
        raise EncodingError(
            vi, f"broken or cut off {encoding.upper()} at byte {error.start}; send it again."
        ) from error


def _old(content: bytes) -> tuple[str, str]:
    """One-byte encodings: the one whose words are Vietnamese."""
    latin = content.decode("latin-1")
    texts = {
        "cp1258": composed(content.decode("cp1258", "replace")),
        "TCVN3": composed(from_tcvn3(latin)),
        "VNI": composed(from_vni(content.decode("cp1252", "replace"))),
    }
    shares = {name: _vietnamese(text) for name, text in texts.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < LEAST_KNOWN:
        line = content[: next(i for i, byte in enumerate(content) if byte > 127)].count(b"\n") + 1
        vi = f"không nhận ra bảng mã của tệp (không phải UTF-8, UTF-16, cp1258, TCVN3, VNI; dòng {line}); lưu lại dạng UTF-8."
        en = f"the encoding is none of UTF-8, UTF-16, cp1258, TCVN3, VNI (line {line}); save the file as UTF-8."
        raise EncodingError(vi, en, line)
    return (texts[best] if shares[best] >= LEAST_SURE else _with_doubts(texts[best])), best


def _with_doubts(text: str) -> str:
    """The text with a replacement sign after every word that is no Vietnamese, so that its cell is refused."""
    return _BETWEEN_MARKS.sub(lambda part: part[0] + ("" if part[0].isascii() or _vietnamese(part[0]) == 1.0 else "\ufffd"), text)


def _vietnamese(text: str) -> float:
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    signs = len(re.findall("[\ufffd\u00a1-\u00bf]", text))
    return sum(map(is_syllable, words)) / (len(words) + signs) if words else 0.0
