"""Shapes are checked in every test run: jaxtyping and beartype watch every function of gansmith."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OMP_NUM_THREADS", "1")

if "GANSMITH_CACHE" not in os.environ:  # tests leave the user's own cache alone
    os.environ["GANSMITH_CACHE"] = tempfile.mkdtemp(prefix="gansmith-tests-")
    atexit.register(shutil.rmtree, os.environ["GANSMITH_CACHE"], ignore_errors=True)

from jaxtyping import install_import_hook

import tests.checker  # noqa: F401  (the hook finds it by name)

hook = install_import_hook("gansmith", "tests.checker.checked")

import torch  # noqa: E402

torch.set_num_threads(1)
