import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("graphs.py")


@pytest.mark.slow
def test_every_net_compiles_as_one_graph_and_exports_with_a_free_batch():
    done = subprocess.run([sys.executable, "-W", "ignore", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("ok") == 10
