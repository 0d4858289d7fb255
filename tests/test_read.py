"""Bytes to lines: encodings, line ends, and what is refused."""

import codecs
import random
import tomllib
import unicodedata
from pathlib import Path

import pytest

from octavo.errors import BinaryFile, EmptyFile, UndecodableText
from octavo.read import read

GERMAN = "Größe, Straße und Übermut: „ja“, sagte er.\n"
CHINESE = "人人可以在路上走。\n第二条\n"
ENCODINGS = tomllib.loads(Path(__file__).with_name("encodings.toml").read_text(encoding="utf-8"))
PLAINER = str.maketrans("’‘“”„«»—À،؟", '\'\'"""""-A,?') | {ord("œ"): "oe"}
TONES = "\u0300\u0301\u0303\u0309\u0323"


def texts(data: bytes) -> list[str]:
    return [line.text for line in read(data, "a.txt").text.lines]


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-8"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "utf-32-le"),
    ],
)
@pytest.mark.parametrize("string", [GERMAN, CHINESE, "plain\nASCII text\n"])
def test_unicode_is_told_by_its_mark_or_its_zero_bytes(
    mark: bytes, codec: str, string: str
) -> None:
    assert texts(mark + string.encode(codec)) == string.splitlines()


@pytest.mark.parametrize(
    ("string", "codec"),
    [
        (GERMAN, "cp1252"),
        ("Il est né l’été dernier, à Orléans — voilà.\n", "cp1252"),
        ("Река поднялась ночью, и утром мальчики пришли на неё посмотреть.\n" * 3, "cp1251"),
        ("Rzeka wezbrała w nocy, a rano chłopcy przyszli ją zobaczyć. Żółw śpi.\n" * 3, "cp1250"),
        ("Утром река снова была тиха, и дети пошли с матерью на мост.\n" * 3, "koi8_r"),
        ("Утром река снова была тиха, и дети пошли с матерью на мост.\n" * 3, "cp866"),
        ("Το πρωί το ποτάμι ήταν πάλι ήσυχο, και τα παιδιά πήγαν εκεί.\n" * 3, "cp1253"),
        ("בבוקר היה הנהר שקט, והילדים הלכו עם אמם אל הגשר.\n" * 3, "cp1255"),
        ("في الصباح كان النهر هادئا، وذهب الأطفال مع أمهم إلى الجسر.\n" * 3, "cp1256"),
        ("早晨河水又平静了。孩子们和母亲走到桥上，寻找那只小船。\n" * 3, "gb18030"),
        ("早晨河水又平靜了。孩子們和母親走到橋上，尋找那隻小船。\n" * 3, "big5"),
        ("아침에 강은 다시 고요했다. 아이들은 어머니와 함께 다리로 갔다.\n" * 3, "euc_kr"),
        ("川は夜のうちに増水した。子供たちが見に来た。\n" * 3, "cp932"),
    ],
)
def test_eight_bit_encodings_are_told_by_their_letters(string: str, codec: str) -> None:
    assert texts(string.encode(codec)) == string.splitlines()


def encoded(string: str, codec: str) -> tuple[bytes, str]:
    """The bytes, and the string with what the codec does not have written more plainly."""
    if codec == "cp1258":
        return b"".join(map(vietnamese, string)), string
    held = "".join(
        char if char.encode(codec, "ignore") else char.translate(PLAINER) for char in string
    )
    return held.encode(codec), held


def vietnamese(char: str) -> bytes:
    """A letter as Windows-1258 has it: the tone comes after it."""
    if char.encode("cp1258", "ignore"):
        return char.encode("cp1258")
    parts = unicodedata.normalize("NFD", char)
    tone = next(mark for mark in parts if mark in TONES)
    return (unicodedata.normalize("NFC", parts.replace(tone, "")) + tone).encode("cp1258")


@pytest.mark.parametrize(
    ("language", "codec"),
    [(language, codec) for language, row in ENCODINGS.items() for codec in row["codecs"].split()],
)
def test_encodings_are_told_by_what_reads_like_prose(language: str, codec: str) -> None:
    text = ENCODINGS[language]["text"]
    for string in (text[:300] + "\n", text * 9):
        data, held = encoded(string, codec)
        assert texts(data) == held.splitlines()


@pytest.mark.parametrize(
    ("row", "plain"),
    [
        ("N\bNA\bAM\bM\bME\bE", "NAME"),
        ("see _\bt_\bh_\be _\bo_\bl_\bd port", "see _the old_ port"),
        ("_\bf_\bi_\bl_\be(1), pre_\bf_\bi_\bx, -_\bx_\b__\by", "_file_(1), prefix, -x_y"),
        ("+\bo first", "• first"),
        ("\x1b[1mNAME\x1b[0m \x1b[38;5;12mblue\x1b[m\x1b[K", "NAME blue"),
    ],
)
def test_print_for_terminals_is_read_and_recorded(row: str, plain: str) -> None:
    got = read(f"One\n{row}\n".encode(), "a.txt")
    assert [line.text for line in got.text.lines] == ["One", plain]
    (change,) = got.changes
    assert (change.rule, change.before, change.after) == ("controls", row, plain)
    assert str(change.place) == "a.txt:2"


def test_other_controls_are_still_refused() -> None:
    with pytest.raises(BinaryFile):
        read(b"N\bN\x01\x02\x03\x1b[2J\x1b[5;5H", "a.txt")


def test_every_kind_of_line_end() -> None:
    assert texts(b"a\nb\r\nc\rd\x0be\n\nf") == ["a", "b", "c", "d", "e", "", "f"]
    assert texts("a\u2028b\u2029c\x85d".encode()) == ["a", "b", "c", "d"]


def test_a_form_feed_begins_a_line_and_keeps_the_number() -> None:
    lines = read(b"one\n\x0ctwo\nthree\x0cfour\n", "a.txt").text.lines
    assert [(line.text, line.place.line) for line in lines] == [
        ("one", 1),
        ("\ftwo", 2),
        ("three", 3),
        ("\ffour", 3),
    ]


def test_a_stray_control_is_dropped_and_recorded() -> None:
    got = read(b"some text\nwith a be\x07ll in it, and nothing else of note in the line\n", "a.txt")
    assert got.text.lines[1].text == "with a bell in it, and nothing else of note in the line"
    (change,) = got.changes
    assert (change.rule, change.before, change.after) == ("controls", "\x07", "")
    assert str(change.place) == "a.txt:2"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\nstuff", "pdftotext"),
        (b"PK\x03\x04stuff", ".docx"),
        (b"\x89PNG\r\n\x1a\nstuff", "tesseract"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1stuff", ".docx"),
        (b"\x1f\x8bstuff", "Unpack"),
        (bytes(range(256)) * 4, "UTF-8"),
        (b"ab\x00\x01\x02\x03cd", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_a_hint(data: bytes, word: str) -> None:
    with pytest.raises(BinaryFile) as caught:
        read(data, "a.txt")
    assert word in str(caught.value.hint)
    assert str(caught.value).startswith("a.txt: ")


@pytest.mark.parametrize("data", [b"", b" \n\t\n\x0c\n", codecs.BOM_UTF8, b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(EmptyFile) as caught:
        read(data, "a.txt")
    assert caught.value.hint


def test_a_broken_letter_is_read_as_windows_1252_or_marked() -> None:
    data = (GERMAN * 20).encode() + "Große Stra".encode() + b"\xdfe\n" + "über \u201e".encode()[:-1]
    got = read(data + b"ja\n", "a.txt")
    assert [line.text for line in got.text.lines[20:]] == ["Große Straße", "über \ufffdja"]
    assert got.encoding == "utf-8"
    first, second = got.changes
    assert (str(first.place), first.doubtful, first.before) == (
        "a.txt:21",
        True,
        r"Große Stra\xdfe",
    )
    assert (str(second.place), second.doubtful) == ("a.txt:22", True)


@pytest.mark.parametrize(
    ("string", "codec"),
    [
        (GERMAN, "cp1252"),
        ("И только река была ещё тиха, как утром, и никто не пришёл.\n", "cp1251"),
    ],
)
def test_lines_in_another_encoding_are_read_in_it(string: str, codec: str) -> None:
    data = (string * 20).encode() + string.encode(codec) * 9 + string.encode()
    got = read(data, "a.txt")
    assert [line.text for line in got.text.lines] == string.splitlines() * 30
    assert [change.place.line for change in got.changes] == list(range(21, 30))
    assert not any(change.doubtful for change in got.changes)
    assert codec in got.changes[0].why


def test_too_many_broken_characters_are_refused() -> None:
    data = (GERMAN.encode() * 9 + "ü".encode()[:1] + b" und ") * 9
    with pytest.raises(UndecodableText) as caught:
        read(data, "a.txt")
    assert str(caught.value.place) == "a.txt:10"


def test_controls_that_were_letters_are_mended() -> None:
    rows = ["\u201cJa\u201d, sagte er.", "Århus, März, près", "река ещё тиха", "1990\u20131999"]
    wrong = [row.encode().decode("latin-1") for row in rows]
    got = read("\n".join([*wrong, "It\x92s \x93so\x94"]).encode(), "a.txt")
    assert [line.text for line in got.text.lines] == [*rows, "It’s “so”"]
    assert {change.rule for change in got.changes} == {"mojibake"}


def test_a_byte_that_stands_for_nothing_is_marked() -> None:
    data = ENCODINGS["el"]["text"].encode("cp1253") * 9 + b"\xd2\n"
    got = read(data, "a.txt")
    assert got.encoding == "cp1253"
    assert got.text.lines[-1].text == "\ufffd"
    (change,) = got.changes
    assert (change.rule, change.before, change.doubtful) == ("encoding", r"\xd2", True)
    with pytest.raises(UndecodableText):
        read(data + b"\xd2\n" * 90, "a.txt")


def test_random_bytes_are_refused_in_linear_time() -> None:
    some = random.Random(1).randbytes(1_000_000).replace(b"\0", b"x")
    for data in (some, bytes(byte | 0x80 for byte in some)):
        with pytest.raises(UndecodableText):
            read(data, "a.txt")


def test_broken_utf16_is_refused() -> None:
    with pytest.raises(UndecodableText):
        read(codecs.BOM_UTF16_LE + b"a\x00\n\x00\x00\xdcb\x00", "a.txt")


def test_a_script_without_vowels_is_not_read_as_accented_letters() -> None:
    words = "של כל אדם יש גם כלב חתול סוס פרה עז שועל זאב דוב גמל צבי ארנבת עכבר נחש צב דג"
    got = read((f"{words}\n" * 8).encode("cp1255"), "a.txt")
    assert got.text.lines[0].text == words
