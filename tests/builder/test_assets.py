"""The assets: one folder named by its content."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from builder.assets import collect
from builder.fault_texts import FaultTexts
from election.errors import MachineError
from machine import binaries


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name, body in {"css/b.css": "b{}", "css/a.css": "a{}", "js/main.js": "1", "js/.main.js.swp": "x"}.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body)
    return tmp_path / "site"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("hls.light.min.mjs", "hls.worker.js", "hls.js"):
        (folder / name).write_text(name)
    return folder


def test_stylesheets_become_one_in_the_order_of_their_names(sources: Path, library: Path) -> None:
    folder = collect(sources, library)
    root = folder.addresses.root.strip("/")
    assert folder.addresses.stylesheet == f"/{root}/site.css"
    assert {path.removeprefix(f"{root}/"): body.decode() for path, body in folder.files.items()} == {
        "js/main.js": "1",
        "site.css": "a{}b{}",
        "vendor/hls.light.min.mjs": "hls.light.min.mjs",
        "vendor/hls.worker.js": "hls.worker.js",
    }


def test_scripts_go_out_without_their_comments_and_mean_the_same(tmp_path: Path) -> None:
    for path, body in collect().files.items():
        if "/js/" in path:
            assert b"/**" not in body, path
            file = tmp_path / path.rpartition("/js/")[2].replace("/", "-").replace(".js", ".mjs")
            file.write_bytes(body)
    modules = sorted(tmp_path.glob("*.mjs"))
    assert len(modules) >= 20
    for module in modules:
        done = subprocess.run(
            [str(binaries.node()), "--check", str(module)], capture_output=True, text=True, timeout=20, check=False
        )
        assert done.returncode == 0, done.stderr


def test_the_name_of_the_folder_changes_with_every_byte_and_name_and_with_nothing_else(
    sources: Path, library: Path
) -> None:
    first = collect(sources, library).addresses.root
    assert collect(sources, library).addresses.root == first
    (sources / "js" / "main.js").rename(sources / "js" / "other.js")
    second = collect(sources, library).addresses.root
    (sources / "js" / "other.js").write_text("2")
    third = collect(sources, library).addresses.root
    (library / "hls.worker.js").write_text("new")
    fourth = collect(sources, library).addresses.root
    assert len({first, second, third, fourth}) == 4


def test_a_player_library_that_is_not_installed_is_named_with_the_way_to_get_it(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(
        MachineError, match=r"^The player library is missing: .*hls\.light\.min\.mjs\. Run: make setup$"
    ):
        collect(sources, tmp_path / "nowhere")


def test_a_player_library_that_is_not_installed_is_told_in_russian(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(MachineError) as error:
        collect(sources, tmp_path)
    said = str(FaultTexts("ru").error(error.value))
    assert said == f"Библиотека плеера не установлена: {tmp_path / 'hls.light.min.mjs'}. Запустите: make setup"
