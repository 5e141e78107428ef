"""The server of the editor's interface gives a few files, on loopback, and is no part of the site."""

from __future__ import annotations

import functools
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from builder import editor_config, editor_server, editor_words
from builder.build import build_site
from builder.cli import preview
from builder.editor_cli import editor, git_folder
from election.configuration import Configuration
from election.errors import InputError, MachineError
from election.wording import Language
from tests import fetching

CONFIG = editor_config.configuration(
    content="content", repository="site", preview="http://127.0.0.1:8081", language="az"
)


def test_the_configuration_is_the_one_that_was_made() -> None:
    content_type, body = editor_server.files(CONFIG, "az")["/config.yml"]
    assert content_type.startswith("text/yaml")
    assert yaml.safe_load(body) == CONFIG


def test_nothing_is_asked_of_another_machine_for_what_is_installed_here() -> None:
    served = editor_server.files(CONFIG, "az")
    script = served["/sveltia-cms.js"][1]
    assert b"/icons.woff2" in script
    assert b"https://unpkg.com/@sveltia/cms" not in script
    assert served["/icons.woff2"][1].startswith(b"wOF2")
    assert any(path.endswith("/locales/ru.json") for path in served)
    assert "connect-src 'self' blob: data:;" in editor_server.POLICY
    assert "script-src 'self';" in editor_server.POLICY
    assert "http" not in editor_server.POLICY


def test_only_these_files_are_served_and_nothing_can_be_sent() -> None:
    with editor_server.serving({"/": ("text/html; charset=utf-8", b"<p>x</p>")}, 0) as address:
        page = fetching.fetch(address, "/?x=1")
        assert (page.status, page.body) == (200, b"<p>x</p>")
        assert page.headers["content-security-policy"] == editor_server.POLICY
        assert page.headers["cache-control"] == "no-store"
        for path in ("/pollcast.toml", "/content/home.md", "/../pollcast.toml", "/config.yml", "/%2e%2e/pollcast.toml"):
            assert fetching.fetch(address, path).status == 404
        for method in ("POST", "PUT", "DELETE"):
            assert fetching.fetch(address, "/", method=method).status == 501


def test_an_interface_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"The editor's interface is missing: .*sveltia-cms\.js\. Run: make setup"):
        editor_server.files(CONFIG, "az", tmp_path)


def test_another_version_that_asks_elsewhere_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "@sveltia" / "cms" / "dist" / "sveltia-cms.js"
    script.parent.mkdir(parents=True)
    script.write_text("fetch('https://example.org/font.woff2')")
    with pytest.raises(MachineError, match="asks for its files in another way"):
        editor_server.files(CONFIG, "az", tmp_path)


def test_the_built_site_holds_nothing_of_it(sample: Path, tmp_path: Path, configuration: Configuration) -> None:
    shutil.copytree(sample, tmp_path / "content")
    build_site(configuration, tmp_path / "content", tmp_path / "dist")
    files = [path for path in (tmp_path / "dist").rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [path for path in files if "admin" in path.parts or path.suffix in {".yml", ".yaml"}] == []
    assert [path for path in files if b"sveltia" in path.read_bytes().lower()] == []


def test_the_git_folder_is_the_one_that_holds_the_content(tmp_path: Path) -> None:
    (tmp_path / "site" / "sub" / "content").mkdir(parents=True)
    (tmp_path / "site" / ".git").mkdir()
    assert git_folder(tmp_path / "site" / "sub" / "content") == tmp_path / "site"
    (tmp_path / "content").mkdir()
    with pytest.raises(InputError, match="content: lies in no Git folder; run git init, or git clone"):
        git_folder(tmp_path / "content")
    with pytest.raises(InputError, match="nowhere: there is no such folder"):
        git_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("language", "begins", "asked"),
    [
        ("az", "Redaktor: http://127.0.0.1:", "Brauzer qovluq soruşacaq: {folder} qovluğunu seçin\n"),
        ("en", "Editor: http://127.0.0.1:", "The browser will ask for a folder: choose {folder}\n"),
        ("ru", "Редактор: http://127.0.0.1:", "Браузер попросит указать папку: выберите {folder}\n"),
    ],
)
def test_the_command_says_where_it_is_and_which_folder_to_choose(
    tmp_path: Path, language: str, begins: str, asked: str
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / ".git").mkdir()
    argv = [sys.executable, "-m", "pollcast", "editor", "--port", "0", "--language", language]
    with subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            told = process.stdout.readline()
            assert told.startswith(begins)
            assert process.stdout.readline() == asked.format(folder=tmp_path)
            answer = fetching.fetch(told.split()[1], "/config.yml")
            assert editor_words.of_kind("stations", language).label in answer.body.decode()
        finally:
            process.terminate()
        assert process.wait(timeout=120) == 0


def test_what_goes_wrong_is_said_in_the_language_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tmp_path / "content"
    with pytest.raises(InputError, match=r"content: belə qovluq yoxdur\."):
        editor(content, language=Language.AZ)
    content.mkdir()
    with pytest.raises(InputError, match=r"content: не лежит ни в одной папке Git; запустите git init или git clone\."):
        editor(content, language=Language.RU)
    (tmp_path / ".git").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MachineError, match=f"{port} portunu başqa proqram tutub\\. --port ilə başqasını seçin\\."):
            editor(content, port=port, language=Language.AZ)
        with pytest.raises(MachineError, match=f"^Порт {port} на 127.0.0.1 занят .* Выберите другой с помощью --port"):
            preview(content=content, port=port, language=Language.RU)
    monkeypatch.setattr(editor_server, "files", functools.partial(editor_server.files, modules=tmp_path))
    with pytest.raises(MachineError, match=r"^Интерфейс редактора не установлен: .* Запустите: make setup$"):
        editor(content, port=0, language=Language.RU)
