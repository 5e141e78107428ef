"""Atheris on one target: `python -m tests.faults.fuzzer TARGET FOLDER [libFuzzer's options]`.

It is led by which code was reached, and begins with real playlists and segments. What it found lies in FOLDER then, and
the exit code is not 0; `python -m tests.faults.fuzzer TARGET FILE` tries that file again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["builder", "election", "upload"]):
    from tests.faults import fuzzing


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough; it ends the process."""
    target, place, *options = sys.argv[1:]
    fuzzing.tracks()
    if not Path(place).is_file():
        corpus = Path(place) / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(fuzzing.seeds(target)):
            (corpus / f"seed-{number}").write_bytes(seed)
        dictionary = Path(place) / "words"
        dictionary.write_text("".join(f'"{word}"\n' for word in fuzzing.words(target)), encoding="ascii")
        options = [*options, f"-artifact_prefix={place}/", f"-dict={dictionary}", str(corpus)]
    else:
        options = [*options, place]
    atheris.Setup([sys.argv[0], *options], fuzzing.TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
