"""Lines and fields of TOML files: whatever is wrong is found where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from election import toml_file
from election.errors import InputError

TEXT = """\
title = "x"

[owner]
name = "y" # a comment
"quoted key" = 1
dotted.inner = 2

[[camera]]
station = "a"
[camera.password]
env = "A"

[[camera]]
  station = "b"
[camera.password]
file = "f"
"""


def test_each_table_item_and_key_is_found_on_its_line() -> None:
    lines = toml_file.key_lines(TEXT)
    assert lines["title",] == 1
    assert lines["owner",] == 3
    assert lines["owner", "name"] == 4
    assert lines["owner", "dotted", "inner"] == 6
    assert lines["camera", 0] == 8
    assert lines["camera", 0, "station"] == 9
    assert lines["camera", 0, "password", "env"] == 11
    assert lines["camera", 1] == 13
    assert lines["camera", 1, "station"] == 14
    assert lines["camera", 1, "password", "file"] == 16


class Owner(BaseModel):
    """A table of a file."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    password: str = ""


class Document(BaseModel):
    """A file."""

    model_config = ConfigDict(extra="forbid", strict=True)
    owner: Owner
    numbers: list[int] = []


def faults(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "file.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        toml_file.read(file, Document)
    return [str(fault).removeprefix(str(file)) for fault in caught.value.faults]


def test_a_right_file_becomes_its_model(tmp_path: Path) -> None:
    file = tmp_path / "file.toml"
    file.write_text('numbers = [1, 2]\n[owner]\nname = "y"\n', encoding="utf-8")
    assert toml_file.read(file, Document) == Document(owner=Owner(name="y"), numbers=[1, 2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[owner]\n", [":1: owner.name: is missing; add it."]),
        ('[owner]\nname = "y"\nnaem = 1\n', [":3: owner.naem: is not a known key; is it name?"]),
        ("[owner]\nname = 5\n", [":2: owner.name: is a text in quotes, not 5."]),
        (
            'numbers = [1, "2"]\n[owner]\nname = "y"\n',
            [":1: numbers[2]: is a whole number, not '2'."],
        ),
        ("", [": owner: is missing; add it."]),
        ("[owner\n", [":1: is not valid TOML at column 7: the name of a table is not closed; write ] at its end."]),
        (
            "a = ",
            [
                ":1: is not valid TOML at its end: no value can be read here; "
                "put a text in quotes, write true and false in small letters."
            ],
        ),
    ],
)
def test_each_fault_has_its_line_field_and_what_would_be_right(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert faults(tmp_path, text) == expected


def test_a_password_written_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, '[owner]\nname = "y"\npassword = ["hunter2"]\n')
    assert told == ":3: owner.password: is a text in quotes, not ***."


def test_lines_are_counted_as_editors_count_them(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, '# a\u2028b\r\n[owner]\r\nname = "y"\r\nage = 1\r\n')
    assert told.startswith(":4: owner.age: ")
    (told,) = faults(tmp_path, "# a\u2028b\x85c\n\na = [")
    assert (
        told == ":3: is not valid TOML at its end: no value can be read here; "
        "put a text in quotes, write true and false in small letters."
    )


def test_the_mark_of_other_systems_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "file.toml"
    file.write_bytes('\ufeff[owner]\r\nname = "y"\r\n'.encode())
    assert toml_file.read(file, Document) == Document(owner=Owner(name="y"))


def test_a_file_that_is_no_text_or_a_folder_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file.toml"
    file.write_bytes(b"a = 1\n\xff\xfe")
    for path, said in (
        (file, f"{file}:2: is not UTF-8; save it again and choose the encoding UTF-8."),
        (tmp_path, f"{tmp_path}: cannot be read: Is a directory."),
        (tmp_path / "a\0b", f"{tmp_path}/a\0b: cannot be read: embedded null byte."),
    ):
        with pytest.raises(InputError) as caught:
            toml_file.read(path, Document)
        assert str(caught.value) == said
