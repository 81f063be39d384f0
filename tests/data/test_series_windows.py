"""Long series as windows whose parts share no time, gaps that are filled, and what check finds."""

import numpy as np
import pytest
import torch

from gansmith.data import open_data
from gansmith.data.audit.full import audit
from gansmith.data.audit.series import audit_series, stretches
from gansmith.data.gaps import filled
from gansmith.data.options import Options
from gansmith.data.source import Values
from gansmith.data.windows import cut
from gansmith.errors import DataError


def walk(times, channels=2, seed=0):
    return np.random.default_rng(seed).normal(size=(times, channels)).astype(np.float32)


def rules(report):
    return {finding.rule for finding in report.findings}


def test_windows_of_the_two_parts_share_no_time(tmp_path):
    clock = np.stack([np.arange(500), np.arange(500) % 7], 1).astype(np.float32)
    np.savez(tmp_path / "a.npz", samples=clock)
    data = open_data(tmp_path / "a.npz", windows={"length": 10, "stride": 3, "block": 40})
    parts = [
        data.kind.from_unit(_tensor(side), data.facts)[..., 0].round().unique().tolist()
        for side in (data.train, data.held_out)
    ]
    assert data.shape == (10, 2)
    assert len(data.held_out) > 0
    assert not set(parts[0]) & set(parts[1])
    assert data.facts["windows"] == {"length": 10, "stride": 3, "block": 40}
    assert "each trained on or held out as a whole" in data.facts["warnings"][-1]


def _tensor(side):
    return torch.from_numpy(side.take(np.arange(len(side))))


def test_windows_are_counted_as_blocks_and_strides_have_it():
    found = cut([walk(120), walk(45), walk(9)], {"length": 10, "stride": 5, "block": 40}, "a")
    # three blocks of 40, one of 45 and none: 7 windows each, 8 of the longer
    assert found.values.shape == (3 * 7 + 8, 10, 2)
    assert np.bincount(found.series).tolist() == [21, 8]
    assert len(np.unique(found.contents)) == 4
    assert "1 series are shorter and left out" in found.says


def test_series_of_different_lengths_and_a_table_without_ids_are_cut(tmp_path):
    rows = [f"{s},{t},{s + t}" for s, n in (("1", 60), ("2", 45)) for t in map(str, range(n))]
    (tmp_path / "a.csv").write_text(
        "id,time,level\n" + "\n".join(r.rsplit(",", 1)[0] + f",{i % 9}" for i, r in enumerate(rows))
    )
    with pytest.raises(DataError, match=r"45 to 60 times .*data\.windows\.length=45"):
        open_data(tmp_path / "a.csv", kind="series")
    found = open_data(tmp_path / "a.csv", windows={"length": 12}, held_out=0.2)
    assert found.shape == (12, 1)
    (tmp_path / "b.csv").write_text(
        "open,close\n" + "\n".join(f"{a:.4f},{b:.4f}" for a, b in walk(200).tolist())
    )
    found = open_data(tmp_path / "b.csv", windows={"length": 12})
    assert found.facts["channels"] == ["open", "close"]
    assert found.shape == (12, 2)


@pytest.mark.parametrize(
    ("windows", "says"),
    [
        ({"length": 30, "block": 20}, "blocks of 20 times hold no window of 30"),
        ({"length": 80}, "make 1 block of windows of 80, but at least 2"),
        ({"length": 800}, "make 0 blocks"),
        ({"stride": 2}, "set data.windows.length"),
    ],
)
def test_windows_that_do_not_fit_are_refused(windows, says):
    with pytest.raises(DataError, match=says):
        cut([walk(100)], windows, "a")


def test_what_is_no_series_is_not_cut():
    with pytest.raises(DataError):
        open_data("ring", windows={"length": 8})


def test_gaps_are_straight_lines_and_the_nearest_value_at_the_ends(tmp_path):
    gaps = np.array([[np.nan], [1], [np.nan], [np.nan], [4], [np.nan]])
    assert filled(gaps, ["level"], "a")[:, 0].tolist() == [1, 1, 2, 3, 4, 4]
    with pytest.raises(DataError, match="no value of 'level'"):
        filled(gaps * np.nan, ["level"], "series 3 of a")


def test_missing_values_of_a_table_are_filled_said_and_counted(tmp_path):
    rows = [[s, t, s + 0.5 * t, t * t] for s in range(12) for t in range(9)]
    rows[1][2], rows[14][2], rows[20][3] = "", "NA", "?"
    path = tmp_path / "a.csv"
    path.write_text("id,time,level,load\n" + "\n".join(",".join(map(str, row)) for row in rows))
    data = open_data(path, kind="series", held_out=0.0)
    level = data.kind.from_unit(_tensor(data.train), data.facts)[0, :, 0]
    assert level.tolist() == pytest.approx([0.5 * t for t in range(9)], abs=1e-4)
    assert "straight lines between their neighbours" in data.facts["warnings"][0]
    assert "level 2 (1.9%), load 1 (0.9%)" in data.facts["warnings"][0]
    (found,) = (f for f in audit(path, options=Options(kind="series")).findings if f.count == 2)
    assert (found.rule, found.severity) == ("missing_values", "note")


def test_rows_that_end_early_are_refused_and_never_filled(tmp_path):
    (tmp_path / "a.csv").write_text("id,time,level,load\na,0,1,2\na,1,3\nb,0,1,2\nb,1,3,4\n")
    with pytest.raises(DataError, match=r"a\.csv: row 2 ends before 'load'"):
        open_data(tmp_path / "a.csv", kind="series")


def test_check_names_channels_that_never_change_and_copies(tmp_path):
    values = walk(40 * 12).reshape(40, 12, 2)
    values[..., 1] = 3
    values[7] = values[3]
    np.savez(tmp_path / "a.npz", samples=values)
    assert rules(audit(tmp_path / "a.npz", options=Options(kind="series"))) == {
        "constant_columns",
        "duplicates",
    }


def test_check_finds_windows_cut_beforehand_on_both_sides_of_the_split(tmp_path):
    long = walk(200)
    before = np.stack([long[start : start + 24] for start in range(176)])
    np.savez(tmp_path / "cut.npz", samples=before)
    np.savez(tmp_path / "whole.npz", samples=long)
    assert "leakage" in rules(audit(tmp_path / "cut.npz", options=Options(kind="series")))
    kept = Options(windows={"length": 24, "block": 30}, held_out=0.3)
    assert "leakage" not in rules(audit(tmp_path / "whole.npz", options=kept))


def test_check_names_a_level_that_differs_between_the_parts(tmp_path):
    values = walk(64 * 12).reshape(64, 12, 2)
    np.savez(tmp_path / "a.npz", samples=values)
    told = audit(tmp_path / "a.npz", options=Options(kind="series", held_out=0.3))
    assert "trend" not in rules(told)
    parts = np.arange(64) >= 44
    values[parts, :, 0] += 5
    report = audit_series(Values("a", values, declared="series"), parts)
    (found,) = (f for f in report.findings if f.rule == "trend")
    assert "the level of channel_0 differs" in found.says


def test_equal_stretches_have_equal_hashes_wherever_they_stand():
    long = walk(60)
    marks, moving = stretches(np.stack([long[:24], long[5:29], long[30:54]]))
    assert (marks[0, 5:] == marks[1, :-5]).all()
    assert not np.isin(marks[2], marks[:2]).any()
    assert moving.all()
    assert not stretches(np.ones((1, 24, 2), np.float32))[1].any()
