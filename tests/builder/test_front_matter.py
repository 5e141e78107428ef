"""Fields and text of a page: what is right is read with its lines, what is wrong is named; nothing else happens."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.front_matter import MAX_BYTES, Document, parse, read
from election.errors import Fault, InputError

PAGE = Path("page.md")


def brief(value: str | bytes) -> str:
    """Return what a case is called: its values would be too long."""
    return repr(value[:30])


def faults_in(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        parse(text, PAGE)
    return [str(fault) for fault in error.value.faults]


def test_fields_are_texts_and_their_lines_are_known() -> None:
    page = parse(
        "---\nname:\n  az: Bakı\n  en: No\ndate: 2026-11-29\nnumber: 034\nempty:\n---\n\nMətn.\n\nSon.\n", PAGE
    )
    assert page.fields == {"name": {"az": "Bakı", "en": "No"}, "date": "2026-11-29", "number": "034", "empty": ""}
    assert page.lines == {
        (): 1,
        ("name",): 2,
        ("name", "az"): 3,
        ("name", "en"): 4,
        ("date",): 5,
        ("number",): 6,
        ("empty",): 7,
    }
    assert (page.body, page.body_line) == ("Mətn.\n\nSon.", 10)


@pytest.mark.parametrize(
    ("text", "fields", "body", "body_line"),
    [
        ("---\n---\n", {}, "", 0),
        ("---\n---", {}, "", 0),
        ("---\n# a remark\n---\nA", {}, "A", 4),
        ("--- \na: b\n---\t\nA", {"a": "b"}, "A", 4),
        ("---\na: [b, c]\n---\n", {"a": ["b", "c"]}, "", 0),
        ("---\na: b\n---\nA\n---\nB\n", {"a": "b"}, "A\n---\nB", 4),
        ('---\na: "x: y # z"\n---\n', {"a": "x: y # z"}, "", 0),
        ("---\na: >-\n  one\n  two\n---\n", {"a": "one two"}, "", 0),
        ("---\na: b\n...\n---\n", {"a": "b"}, "", 0),
    ],
)
def test_a_page_is_split_into_fields_and_text(text: str, fields: object, body: str, body_line: int) -> None:
    page = parse(text, PAGE)
    assert (page.fields, page.body, page.body_line) == (fields, body, body_line)


NO_PAGES = [
    ("", "1: does not begin with its fields; write --- above them and --- below them."),
    ("Mətn", "1: does not begin with its fields; write --- above them and --- below them."),
    ("\n---\na: b\n---\n", "1: does not begin with its fields; write --- above them and --- below them."),
    ("---\na: b\n", "1: its fields do not end; write --- below them."),
    ("---\na: b\na: c\n---\n", "3: a: stands twice; remove one of them."),
    ("---\na:\n  b: c\n  b: d\n---\n", "4: a.b: stands twice; remove one of them."),
    ("---\n- a\n---\n", "2: its fields are not written as name: value."),
    ("---\njust words\n---\n", "2: its fields are not written as name: value."),
    (
        "---\na: b\n...\nc\n---\n",
        "4: cannot be read; look at the quotation marks, colons and spaces here and in the line above.",
    ),
    ("---\n? [a]\n: b\n---\n", "2: the name of a field is a plain word."),
    (
        "---\na: &x b\n---\n",
        "2: a: a text that begins with & or * stands in quotation marks; write them.",
    ),
    (
        "---\na: b\nc: *x\n---\n",
        "3: c: a text that begins with & or * stands in quotation marks; write them.",
    ),
    (
        "---\na: !!int 3\n---\n",
        "2: a: a text that begins with ! stands in quotation marks; write them.",
    ),
    ("---\na: [[[[[b]]]]]\n---\n", "2: a.0.0.0: is nested deeper than 4 levels."),
    (f"---\na: {'b' * 17_000}\n---\n", "2: its fields are longer than 16 KB; texts belong below them."),
]
_NOT_PLAIN = "a text that begins with & or * stands in quotation marks; write them."
BOMBS = [
    ("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n", f"2: a: {_NOT_PLAIN}"),
    ("".join(f"a{i}: [*a{i + 1}, *a{i + 1}]\n" for i in range(400)), f"2: a0.0: {_NOT_PLAIN}"),
    ("a: &a [*a]\n", f"2: a: {_NOT_PLAIN}"),
    ("a: { <<: *a }\n", f"2: a.<<: {_NOT_PLAIN}"),
    ("a: " + "[" * 16_000, "2: a.0.0.0: is nested deeper than 4 levels."),
    ("a: " + "{b: " * 4_000, "2: a.b.b.b: is nested deeper than 4 levels."),
    ("- " * 8_000, "2: its fields are not written as name: value."),
    ("? " * 8_000, "2: the name of a field is a plain word."),
    ("".join(f"a{i}: b\n" for i in range(2_500)), "2: its fields are longer than 16 KB; texts belong below them."),
    ("a: |\n" + "  b\n" * 5_000, "2: its fields are longer than 16 KB; texts belong below them."),
    ("a: !!binary " + "QUJD" * 4_000, "2: a: a text that begins with ! stands in quotation marks; write them."),
]
"""Fields that could cost much more than they are long."""
_GIANT = " is larger than 256 KB; shorten the page or split it."
GIANTS = [
    (b"---\n---\n" + b"a" * MAX_BYTES, _GIANT),
    (b"---\n---\n" + b"a\n\n" * MAX_BYTES, _GIANT),
    (b"a" * 4 * MAX_BYTES, _GIANT),
    (bytes(8 * MAX_BYTES), _GIANT),
]
NO_TEXTS = [
    (b"---\na: \xff\n---\n", "2: is not UTF-8; save it again and choose the encoding UTF-8."),
    (b"---\na: b\n---\n\x1b[31m", "4: holds the control character U+001B; remove it."),
    (b"---\na: b\n---\n\x00", "4: holds the control character U+0000; remove it."),
    ("---\na: \ufffe\n---\n".encode(), "2: holds the control character U+FFFE; remove it."),
    ("---\na: b\n---\nx\x9f".encode(), "4: holds the control character U+009F; remove it."),
    (b"---\rname: b\r---\r", "1: holds the control character U+000D; remove it."),
]


@pytest.mark.parametrize(("text", "fault"), NO_PAGES)
def test_a_page_that_cannot_be_read_is_refused_with_its_line(text: str, fault: str) -> None:
    assert faults_in(text) == [f"page.md:{fault}"]


def test_a_character_that_yaml_does_not_know_is_refused_though_no_file_has_it() -> None:
    fault = "page.md:1: holds a character that cannot be written among the fields; remove it."
    assert faults_in("---\na: \ufffe\n---\n") == [fault]


@pytest.mark.parametrize(("bomb", "fault"), BOMBS, ids=brief)
def test_a_few_lines_never_cost_much_memory_or_end_the_process(bomb: str, fault: str) -> None:
    tracemalloc.start()
    try:
        assert faults_in(f"---\n{bomb}\n---\n") == [f"page.md:{fault}"]
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("raw", "fault"), NO_TEXTS)
def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path, raw: bytes, fault: str) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(raw)
    with pytest.raises(InputError) as error:
        read(file)
    assert str(error.value) == f"{file}:{fault}"


@pytest.mark.parametrize(("raw", "fault"), GIANTS, ids=brief)
def test_a_file_that_is_too_large_is_refused_before_all_of_it_is_read(tmp_path: Path, raw: bytes, fault: str) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(raw)
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as error:
            read(file)
        assert tracemalloc.get_traced_memory()[1] < 2 * MAX_BYTES
    finally:
        tracemalloc.stop()
    assert str(error.value) == f"{file}:{fault}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"page\.md: cannot be read: No such file or directory\.$"):
        read(tmp_path / "page.md")


def test_the_marks_and_line_ends_of_other_systems_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_bytes("\ufeff---\r\nname: Bakı\r\n---\r\nBir\r\niki\r\n".encode())
    page = read(file)
    assert (page.fields, page.body, page.body_line) == ({"name": "Bakı"}, "Bir\niki", 4)


def parsed(text: str) -> tuple[Document | None, tuple[Fault, ...]]:
    try:
        return parse(text, PAGE), ()
    except InputError as error:
        return None, error.faults


YAML_LIKE = st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@?,\n \tə0.~<"), max_size=60)


@given(st.one_of(st.text(max_size=80), YAML_LIKE, YAML_LIKE.map(lambda head: f"---\n{head}\n---\nMətn")))
@example("---\n<<: *a\n---\n")
@example('---\na: "\\ud800"\n---\n')
@example("---\n%YAML 9.9\n---\n")
@example("---\n\u2028: a\n---\n")
def test_any_text_is_a_page_or_a_fault_with_a_line_in_the_file(text: str) -> None:
    page, faults = parsed(text)
    lines = [fault.line for fault in faults] if page is None else list(page.lines.values())
    assert lines
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)
    assert page is None or page.body in text
