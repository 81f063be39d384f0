"""Shapes are checked in every test run: jaxtyping and beartype watch every function of gansmith."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from jaxtyping import install_import_hook

import tests.checker  # noqa: F401  (the hook finds it by name)

hook = install_import_hook("gansmith", "tests.checker.checked")

import torch  # noqa: E402

torch.set_num_threads(1)
