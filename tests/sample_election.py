"""The sample election, as the tests check, build and edit it: its facts, and content that is written for them.

`content/` and `pollcast.toml` belong to whoever publishes an election and say what that election says: no test reads
them. While they are the sample's, they are kept in step by hand. After a change of `builder/sample.py`, of its words or
of the simulated hall, `.venv/bin/python -m tests.sample_election` writes `content/` anew, and the small sample to which
what the generator writes is compared. Look at the difference, and commit it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from builder.sample import write_content, write_past_election, write_sample
from election.errors import PollcastError, UsageError
from election.places import LANGUAGES
from simulator.scene import Scene

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "fixtures" / "sample"
CONFIGURATION = FOLDER / "pollcast.toml"
"""The public facts of the sample election."""
STATIONS = 24
STORED_STATIONS = 6
"""So many lie in `FOLDER`, as `pollcast sample` writes them."""
_FIRST_HEADING = "\n## "
_PICTURE = {
    "az": "![Simulyasiya edilmiş kameranın görüntüsü: məntəqənin zalı, seçki qutusu və gizli səsvermə kabinələri]"
    '(/images/numune-zal.jpg "Nümunə: simulyasiya edilmiş kameranın çəkdiyi zal. Real məntəqə deyil.")',
    "en": "![Picture of a simulated camera: the hall of a station with the ballot box and the voting booths]"
    '(/images/numune-zal.jpg "Sample: a hall as a simulated camera shows it. No real station.")',
    "ru": "![Кадр имитированной камеры: зал участка, урна и кабины для голосования]"
    '(/images/numune-zal.jpg "Пример: зал на кадре имитированной камеры. Не настоящий участок.")',
}


def write(content: Path) -> Path:
    """Write the sample of twenty-four stations, with a past election and a picture in its news; return `content`."""
    write_content(content, STATIONS)
    write_past_election(content)
    hall = content / "images" / "numune-zal.jpg"
    hall.parent.mkdir()
    # The hall of a simulated station, which says in itself that it is one.
    Image.fromarray(Scene(0, 1600, 900).draw(60.0)).save(hall, quality=85, optimize=True)
    for language in LANGUAGES:
        news = content / "news" / ("yayim.md" if language == LANGUAGES[0] else f"yayim.{language}.md")
        before, heading, after = news.read_text(encoding="utf-8").partition(_FIRST_HEADING)
        news.write_text(f"{before}\n{_PICTURE[language]}\n{heading}{after}", encoding="utf-8")
    return content


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def renew(root: Path, stored: Path = FOLDER) -> int:
    """Write `content/` of the project at `root` and the stored sample anew; return how many files are others now.

    Raises `UsageError`, and changes nothing, where `pollcast.toml` tells of another election than the stored one: then
    `content/` is that election's.
    """
    if (root / "pollcast.toml").read_bytes() != (stored / "pollcast.toml").read_bytes():
        raise UsageError(
            "pollcast.toml is not that of the sample election, so content/ stays as it is; "
            "if the sample's facts were meant to change, change them in tests/fixtures/sample/pollcast.toml too."
        )
    before = [files_in(stored), files_in(root / "content")]
    with tempfile.TemporaryDirectory() as made:
        write(Path(made) / "whole" / "content")
        write_sample(Path(made) / "small", STORED_STATIONS)
        for old, new in ((stored, Path(made) / "small"), (root, Path(made) / "whole")):
            shutil.rmtree(old / "content", ignore_errors=True)
            shutil.copytree(new, old, dirs_exist_ok=True)
    now = [files_in(stored), files_in(root / "content")]
    return sum(old.get(name) != new.get(name) for old, new in zip(before, now, strict=True) for name in {*old, *new})


if __name__ == "__main__":
    try:
        changed = renew(ROOT)
    except PollcastError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{changed} files of the sample changed; look at them with git diff.\n")
