"""What was made of a picture is made once, found again, and never wrong whatever happens to where it is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from builder import images
from builder.image_store import ImageStore, Picture
from election.errors import InputError


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    path = tmp_path / "content" / "images" / "hall.png"
    path.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((700, 350)).save(path)
    return path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pictures that were made."""
    names: list[str] = []
    encode = images.encode

    def counted(name: str, body: bytes) -> tuple[images.Encoded, ...]:
        names.append(name)
        return encode(name, body)

    monkeypatch.setattr(images, "encode", counted)
    return names


def damage_file(folder: Path) -> None:
    body = next(folder.rglob("hall-480-*.webp"))
    body.write_bytes(b"x" + body.read_bytes()[1:])


def shorten_list(folder: Path) -> None:
    next(folder.rglob("files.json")).write_text("[", encoding="utf-8")


def foreign_list(folder: Path) -> None:
    next(folder.rglob("files.json")).write_text('[{"name": "../../x", "size": 1}]', encoding="utf-8")


def remove_one(folder: Path) -> None:
    next(folder.rglob("*.jpg")).unlink()


def remove_list(folder: Path) -> None:
    next(folder.rglob("files.json")).unlink()


def empty_list(folder: Path) -> None:
    next(folder.rglob("files.json")).write_text("[]", encoding="utf-8")


def test_files_are_named_by_what_they_hold(hall: Path, tmp_path: Path) -> None:
    store = ImageStore(tmp_path / "kept")
    picture = store.picture(hall)
    assert [(file.width, file.height) for file in picture.files] == [(480, 240), (700, 350), (700, 350)]
    for file, body in zip(picture.files, store.bodies(picture).values(), strict=True):
        ending = "jpg" if file is picture.plain else "webp"
        assert file.name == f"hall-{file.width}-{file.digest[:8]}.{ending}"
        assert body


def test_a_picture_is_made_once(hall: Path, tmp_path: Path, made: list[str]) -> None:
    store = ImageStore(tmp_path / "kept")
    first = store.picture(hall)
    bodies = store.bodies(first)
    store.keep()
    assert len(bodies) == 3
    again = ImageStore(tmp_path / "kept")
    assert again.picture(hall) == first
    assert again.bodies(first) == bodies
    assert made == ["hall.png"]


def test_nothing_is_written_before_it_shall_be_kept(hall: Path, tmp_path: Path, made: list[str]) -> None:
    store = ImageStore(tmp_path / "kept")
    assert store.picture(hall) == store.picture(hall)
    assert made == ["hall.png"], "it is held in memory"
    assert not (tmp_path / "kept").exists()
    store.bodies(store.picture(hall))
    assert not (tmp_path / "kept").exists()
    store.keep()
    assert (tmp_path / "kept").exists()
    assert made == ["hall.png"]


@pytest.mark.parametrize(
    "damage", [shutil.rmtree, damage_file, shorten_list, foreign_list, remove_one, remove_list, empty_list]
)
def test_what_is_kept_may_be_lost_or_damaged_at_any_moment(
    damage: Callable[[Path], None], hall: Path, tmp_path: Path, made: list[str]
) -> None:
    store = ImageStore(tmp_path / "kept")
    first = store.picture(hall)
    bodies = store.bodies(first)
    store.keep()
    damage(tmp_path / "kept")
    assert store.bodies(first) == bodies
    store.keep()
    assert made == ["hall.png", "hall.png"]
    assert store.bodies(first) == bodies
    assert made == ["hall.png", "hall.png"], "what was made anew is kept"


def test_a_changed_picture_is_made_anew(hall: Path, tmp_path: Path) -> None:
    store = ImageStore(tmp_path / "kept")
    first = store.picture(hall)
    Image.new("RGB", (700, 350), "red").save(hall)
    assert {file.name for file in store.picture(hall).files} & {file.name for file in first.files} == set()
    with pytest.raises(InputError, match=r"hall\.png: was changed while the site was being built; build again\."):
        store.bodies(first)


def test_two_pictures_of_the_same_bytes_keep_their_own_names(hall: Path, tmp_path: Path) -> None:
    twin = hall.with_name("twin.png")
    shutil.copy(hall, twin)
    store = ImageStore(tmp_path / "kept")
    names: Callable[[Picture], list[str]] = lambda picture: [file.name for file in picture.files]  # noqa: E731
    assert [name.replace("hall", "twin") for name in names(store.picture(hall))] == names(store.picture(twin))


def test_where_nothing_can_be_kept_all_is_made(hall: Path, tmp_path: Path, made: list[str]) -> None:
    (tmp_path / "file").write_text("x")
    store = ImageStore(tmp_path / "file" / "kept")
    picture = store.picture(hall)
    for _ in range(2):
        assert len(store.bodies(picture)) == 3
        store.keep()
    assert made == ["hall.png", "hall.png"]
    assert (tmp_path / "file").read_text() == "x"


def test_a_refused_picture_leaves_nothing_behind(tmp_path: Path) -> None:
    bad = tmp_path / "hall.png"
    bad.write_bytes(b"x")
    with pytest.raises(InputError):
        ImageStore(tmp_path / "kept").picture(bad)
    assert not (tmp_path / "kept").exists()


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        ImageStore(tmp_path / "kept").picture(tmp_path / "hall.png")
    assert str(caught.value) == f"{tmp_path / 'hall.png'}: cannot be read: No such file or directory."
