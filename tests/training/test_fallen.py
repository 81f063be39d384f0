"""A process of several that was killed is told in one sentence with what to do."""

import pytest
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from gansmith.training.fallen import told_by_child


def failure(rank: int, code: int) -> ProcessFailure:
    return ProcessFailure(local_rank=rank, pid=100 + rank, exitcode=code, error_file="<N/A>")


@pytest.mark.parametrize("codes", [(-9, 1), (1, -9), (-9, -15), (-15, -9)])
def test_the_killed_process_is_the_reason_whichever_failed_first(codes: tuple[int, ...]) -> None:
    failures = {rank: failure(rank, code) for rank, code in enumerate(codes)}
    says = str(told_by_child(ChildFailedError("_joined", failures), "runs/my own"))
    assert says.startswith("a process of the run was killed by signal 9 (SIGKILL)")
    assert "memory" in says
    assert "`gansmith train --resume --run 'runs/my own'`" in says
    assert "\n" not in says


def test_another_signal_is_named() -> None:
    says = str(told_by_child(ChildFailedError("_joined", {0: failure(0, -11)}), "a"))
    assert "signal 11 (SIGSEGV)" in says
