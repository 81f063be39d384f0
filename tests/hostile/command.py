"""The command line in this process, and what is true of everything that it prints."""

import re
from typing import NamedTuple

import pytest

from gansmith.cli import main

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LONGEST = 2_000


class Answer(NamedTuple):
    """Exit code, stdout and stderr of one call."""

    code: int
    out: str
    err: str


def gansmith(capsys: pytest.CaptureFixture[str], *words: str) -> Answer:
    """Call the command line, and hold what it prints to what all verbs promise."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    out, err = capsys.readouterr()
    assert ended.value.code in (0, 1, 2)
    assert not CONTROL.search(out + err)
    assert "Traceback" not in err
    assert "should not happen" not in err
    assert max(map(len, err.splitlines()), default=0) < LONGEST
    assert (ended.value.code == 0) or err.startswith("gansmith: ")
    return Answer(ended.value.code, out, err)
