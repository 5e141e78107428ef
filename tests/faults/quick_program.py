"""The packager's commands as a quick program: `python -m tests.faults.quick_program package …`.

It tries again at once, gives a store up after three seconds, writes its archive each second and its status each half.
"""

from __future__ import annotations

from functools import partial

import pytest

from tests.upload import program
from tests.upload.conftest import quicken
from upload import cli, packager
from upload.store import open_address

if __name__ == "__main__":
    patch = pytest.MonkeyPatch()
    quicken(patch)
    patch.setattr(cli, "open_address", partial(open_address, timeout=3.0))
    patch.setattr(packager, "STATUS_SECONDS", 0.5)
    program.run()
