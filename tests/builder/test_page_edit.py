"""Fields are changed where they stand; what is around them stays, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.front_matter import parse
from builder.page_edit import CannotEditError, FieldPath, New, edit, new_page

ORDER: list[FieldPath] = [
    ("name",),
    ("name", "az"),
    ("name", "en"),
    ("name", "ru"),
    ("address",),
    ("address", "az"),
    ("address", "en"),
    ("place",),
    ("place", "lat"),
    ("place", "lon"),
    ("tags",),
]

PAGE = """---
# Checked by Leyla.
address: { az: 'Çinar küçəsi 3', ru: "Чинаровая, 3" }  # as in the register

name:   # of the building
    az: Birinci məktəb   # plain
    ru: |
      Школа

place:
  lat: 40.5
tags:
  - ramp  # new
  - lift
---

The entrance --- from the yard.
---
  Kept, blank   space and all.\t
"""


@pytest.mark.parametrize(
    ("at", "value", "old", "new"),
    [
        (("name", "az"), "İkinci məktəb", "az: Birinci məktəb   # plain", "az: İkinci məktəb   # plain"),
        (("name", "az"), "Məktəb: 2", "az: Birinci məktəb   #", 'az: "Məktəb: 2"   #'),
        (("name", "az"), "No", "az: Birinci məktəb   #", 'az: "No"   #'),
        (("name", "az"), "034", "az: Birinci məktəb   #", 'az: "034"   #'),
        (("name", "az"), 'a "b" \\', "az: Birinci məktəb   #", 'az: "a \\"b\\" \\\\"   #'),
        (("name", "en"), "First", "   # plain\n", '   # plain\n    en: "First"\n'),
        (("name", "ru"), "Школа № 2", "ru: |\n      Школа\n", 'ru: "Школа № 2"\n'),
        (("name", "ru"), None, "    ru: |\n      Школа\n", ""),
        (("address", "az"), "It's 4", "'Çinar küçəsi 3'", "'It''s 4'"),
        (("address", "en"), "Street, 3", "küçəsi 3',", 'küçəsi 3\', en: "Street, 3",'),
        (("address", "ru"), "Улица", '"Чинаровая, 3"', '"Улица"'),
        (("address", "ru"), None, "'Çinar küçəsi 3', ru: \"Чинаровая, 3\"", "'Çinar küçəsi 3'"),
        (("address", "az"), None, "{ az: 'Çinar küçəsi 3', ru:", "{ ru:"),
        (("place", "lat"), Decimal("41.25"), "lat: 40.5", "lat: 41.25"),
        (("place", "lon"), Decimal(49), "lat: 40.5\n", "lat: 40.5\n  lon: 49\n"),
        (("place", "lat"), None, "place:\n  lat: 40.5\n", ""),
        (("tags",), ["ramp"], "  - ramp  # new\n  - lift\n", "  - ramp  # new\n"),
        (("tags",), ["lift"], "  - ramp  # new\n  - lift\n", "  - lift\n"),
        (("tags",), ["lift", "ramp"], "  - ramp  # new\n  - lift\n", "  - ramp  # new\n  - lift\n"),
        (("tags",), ["door", "ramp"], "  - ramp  # new\n  - lift\n", "  - ramp  # new\n  - door\n"),
        (("tags",), ["lift", "door", "ramp"], "  - lift\n", "  - lift\n  - door\n"),
        (("tags",), [], "  - ramp  # new\n  - lift\n", "    []\n"),
        (("tags",), None, "tags:\n  - ramp  # new\n  - lift\n", ""),
        (("tags",), ["a, b", "no"], "- ramp  # new\n  - lift", '- "a, b"\n  - "no"'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_one_field_is_changed_and_nothing_else(
    at: FieldPath, value: New | None, old: str, new: str, newline: str, mark: str
) -> None:
    assert PAGE.count(old) == 1
    before, after = (mark + text.replace("\n", newline) for text in (PAGE, PAGE.replace(old, new)))
    assert edit(before, {at: value}, ORDER) == after


@pytest.mark.parametrize(
    ("head", "changes", "after"),
    [
        ("name: {az: A}\n", {("name", "ru"): "B"}, 'name: {az: A, ru: "B"}\n'),
        ("name: {ru: A}\n", {("name", "az"): "B"}, 'name: { az: "B",ru: A}\n'),
        ("name: {}\n", {("name", "az"): "B"}, 'name: { az: "B" }\n'),
        ("name:\n  ru: A\n", {("name", "az"): "B"}, 'name:\n  az: "B"\n  ru: A\n'),
        ("{name: {az: A}}\n", {("tags",): ["x"]}, "{name: {az: A}, tags: [x]}\n"),
        ("name:\n", {("name",): "B"}, 'name: "B"\n'),
        ("name: A", {("tags",): ["x"]}, "name: A\ntags: [x]\n"),
        ("", {("name", "az"): "B"}, 'name:\n  az: "B"\n'),
        ("# only a remark\n", {("name",): "B"}, '# only a remark\nname: "B"\n'),
        ("name: A\n...\n", {("tags",): ["x"]}, "name: A\ntags: [x]\n...\n"),
        ("name: {az: A,\n  ru: B} # c\n", {("address",): "D"}, 'name: {az: A,\n  ru: B} # c\naddress: "D"\n'),
        ('name: {az: "a, {b}"}\n', {("name", "en"): "[c]"}, 'name: {az: "a, {b}", en: "[c]"}\n'),
        ("tags: [a, b] # c\n", {("tags",): ["b"]}, "tags: [b] # c\n"),
        ("other: 1\nname: A\nmore: 2\n", {("address",): "B"}, 'other: 1\nname: A\naddress: "B"\nmore: 2\n'),
        ("tags:\n- a\n# b\n\n- b # c\n", {("tags",): ["b", "x"]}, "tags:\n# b\n\n- b # c\n- x\n"),
        ("tags:\n- a # b\n# c\n- b\n# d\n", {("tags",): ["a"]}, "tags:\n- a # b\n# c\n# d\n"),
        ("tags:\n  -  a\n  -\n    b\n", {("tags",): ["b", "c"]}, "tags:\n  - b\n  - c\n"),
        ("tags:\n  - a\n  - a\n  - 'b\n    c' # d\n", {("tags",): ["b c", "a"]}, "tags:\n  - a\n  - 'b\n    c' # d\n"),
        ("tags:\n- a\n# a\n- b\nname: A\n", {("tags",): []}, "tags:\n# a\n  []\nname: A\n"),
        ("tags: [a, b] # c\n# d\n", {("tags",): ["b", "e"]}, "tags: [b, e] # c\n# d\n"),
        ("tags: # c\n  - a\n# d\nname: A\n", {("tags",): ["b"]}, "tags: # c\n  - b\n# d\nname: A\n"),
        ("name: { az: A, # b\n  ru: B } # c\n", {("name", "az"): "C"}, "name: { az: C, # b\n  ru: B } # c\n"),
        ("name: { az: A, en: B,\n  # b\n  ru: C }\n", {("name", "en"): None}, "name: { az: A,\n  # b\n  ru: C }\n"),
        (
            "name: { az: A, # b\n  ru: C, }\n",
            {("name", "az"): "B", ("name", "en"): "D"},
            'name: { az: B, en: "D", # b\n  ru: C, }\n',
        ),
        ("place: { lat: 1, lon: '2', }\n", {("place", "lat"): None}, "place: { lon: '2', }\n"),
        ("place:\n  # a\n  lat: 1 # b\n  # c\n\n  lon: 2\n# d\n", {("place",): None}, "  # a\n  # c\n# d\n"),
        (
            "place: # a\n  lat: 1\n  # b\n  lon: 2\n",
            {("place", "lat"): None, ("place", "lon"): None},
            "  # b\n",
        ),
        ("name:\n  ru: |\n    # A\ntags: [\n  # b\n  a,\n]\n", {("name",): None, ("tags",): None}, "  # b\n"),
        (
            "name:\n  az: A\nplace:\n  lat: 1\n  lon: 2\n",
            {("place", "lat"): None, ("place", "lon"): None},
            "name:\n  az: A\n",
        ),
    ],
)
def test_fields_written_in_any_way_are_changed(head: str, changes: Mapping[FieldPath, New | None], after: str) -> None:
    if not head.endswith("\n") and head:
        head += "\n"
    assert edit(f"---\n{head}---\nText\n", changes, ORDER) == f"---\n{after}---\nText\n"


@pytest.mark.parametrize(
    ("page", "changes"),
    [
        ("no fields", {("name",): "A"}),
        ("---\nname: A\n", {("name",): "B"}),
        ("---\nname: A\n---\n", {("name", "az"): "B"}),
        ("---\nname: {az: A}\n---\n", {("name",): {"az": "B"}}),
        ("---\nname: &a A\n---\n", {("tags",): ["x"]}),
        ("---\n- name\n---\n", {("name",): "B"}),
        ("---\nname: [\n---\n", {("name",): "B"}),
        ("---\nname: {az}\n---\n", {("name", "az"): "B"}),
        ("---\nname: A\n---\n", {("tags",): ["x" * 20_000]}),
        ("---\nname: {az: A, # a\n ru: B}\n---\n", {("name", "ru"): None}),
        ("---\nname: {az: A, # a\n ru: B}\n---\n", {("name", "az"): None}),
        ("---\nname: {az: A, # a\n ru: B}\n---\n", {("name",): "C"}),
        ("---\nname:\n  az: A\n  # a\n  ru: B\n---\n", {("name",): "C"}),
        ("---\nname: | # a\n  A\n---\n", {("name",): "B"}),
        ("---\ntags: [a, # a\n b]\n---\n", {("tags",): ["a", "c"]}),
        ("---\ntags:\n  - # a\n    a\n  - b\n---\n", {("tags",): ["a", "c"]}),
    ],
)
def test_a_page_that_cannot_be_changed_is_refused(page: str, changes: Mapping[FieldPath, New | None]) -> None:
    with pytest.raises(CannotEditError):
        edit(page, changes, ORDER)


def test_a_new_page_is_written_as_the_guide_shows_it() -> None:
    fields: dict[str, New] = {
        "name": {"az": "Bir", "en": 'A "b"'},
        "place": {"lat": Decimal("40.5")},
        "n": 5,
        "tags": ["a"],
    }
    assert new_page(fields) == (
        '---\nname:\n  az: "Bir"\n  en: "A \\"b\\""\nplace:\n  lat: 40.5\nn: 5\ntags: [a]\n---\n'
    )


lines = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=30).map(
    str.strip
)
texts = lines.filter(bool)
words = st.dictionaries(st.sampled_from(["az", "en", "ru"]), texts, min_size=1)

REMARKS = ["# remark", "# between", "# at the edge", "# next"]


def quoted(text: str, style: str) -> str:
    return new_page({"x": text})[7:-5] if style == '"' else "'" + text.replace("'", "''") + "'"


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, str]], str]:
    """Return the fields of a page as somebody may have written them, what they say, and the text below them."""
    fields = {name: draw(words) for name in draw(st.permutations(["name", "address"]))}
    out = []
    for name, values in fields.items():
        styles = [draw(st.sampled_from("\"'")) for _ in values]
        written = [f"{code}: {quoted(text, style)}" for (code, text), style in zip(values.items(), styles, strict=True)]
        remark = draw(st.sampled_from(["", " # remark", "   "]))
        if draw(st.booleans()):
            out.append(f"{name}: {{ {', '.join(written)} }}{remark}\n")
        else:
            indent = " " * draw(st.integers(1, 5))
            gap = draw(st.sampled_from(["", "\n", f"{indent}# between\n", "# at the edge\n"]))
            out.append(f"{name}:{remark}\n" + "".join(f"{gap}{indent}{line}{remark}\n" for line in written))
        out.append(draw(st.sampled_from(["", "\n", "# next\n"])))
    body = draw(st.sampled_from(["", "\nText\n", "---\nno field: at all\n", "\n\n# Heading   \n\n---\n"]))
    return "".join(out), fields, body


@given(pages(), st.dictionaries(st.sampled_from([at for at in ORDER[:7] if len(at) == 2]), st.none() | texts))
def test_any_change_is_made_exactly_and_the_text_stays(
    page: tuple[str, dict[str, dict[str, str]], str], changes: dict[FieldPath, str | None]
) -> None:
    head, fields, body = page
    changed = edit(f"---\n{head}---\n{body}", changes, ORDER)
    for (name, language), value in changes.items():
        fields.setdefault(name, {}).pop(language, None)
        if value is not None:
            fields[name][language] = value
    assert parse(changed, Path()).fields == {name: values for name, values in fields.items() if values}
    assert changed.endswith(f"---\n{body}")
    behind, *alone = REMARKS
    assert [changed.count(remark) for remark in alone] == [head.count(remark) for remark in alone]
    assert changed.count(behind) == head.count(behind) or None in changes.values()


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "  # behind", "\n\n# alone"])), min_size=1),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.sampled_from(["", "  "]),
)
def test_the_lines_of_a_list_stay_with_their_remarks(
    written: list[tuple[str, str]], wanted: list[str], indent: str
) -> None:
    lines = [f"{indent}- {word}{remark}\n" for word, remark in written]
    changed = edit(f"---\ntags:\n{''.join(lines)}name: A\n---\n", {("tags",): wanted}, ORDER)
    fields = parse(changed, Path()).fields
    assert sorted(map(str, fields["tags"])) == sorted(wanted)
    assert fields["name"] == "A"
    staying = [written.index(item) for item in dict(reversed(written)).items() if item[0] in wanted]
    assert all(lines[place].partition("\n")[0] in changed for place in staying)
    assert changed.count("# alone\n") == sum("alone" in remark for _, remark in written)
