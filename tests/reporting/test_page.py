import base64
import gzip
import html
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gansmith.cli.report import report
from gansmith.errors import RunError
from gansmith.pages import style
from gansmith.reporting import treatments
from gansmith.reporting.page import write_report
from gansmith.reporting.plans import PALETTE
from gansmith.runs.reader import read_run
from tests.reporting.conftest import RECIPE

Write = Callable[..., Path]
Rows = Callable[..., list[dict[str, Any]]]


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self._inside in ("script", "style") else data


def made(path: Path) -> str:
    return write_report(path).read_text(encoding="utf-8")


def element(page: str, name: str) -> str:
    """The text of the script element of that id."""
    found = re.search(rf'<script[^>]*id="{name}"[^>]*>(.*?)</script>', page, re.S)
    assert found
    return found.group(1)


def figures(page: str) -> list[dict[str, Any]]:
    return list(json.loads(element(page, "figures")))


def test_the_page_is_one_file_that_loads_nothing(full_run: Path) -> None:
    page = made(full_run)
    for tag, attributes in Elements(page).found:
        for name in ("src", "href", "srcset", "data", "action", "poster"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:image/", "#")), (tag, name, value)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"https?://", page)


def test_the_page_tells_the_numbers_the_recipe_and_the_protocol(full_run: Path) -> None:
    text = Elements(made(full_run)).text
    for said in (
        "a-run",
        "healthy",
        "Generator dcgan (1.24 million weights) against discriminator dcgan, trained on"
        " 9,000 samples of mnist (32×32 pixels, grey) under the relativistic loss with r1.",
        "184.2",
        "other reals 18.3",
        "untrained 1,404",
        "50 s",
        "samples a second",
        "efficientnet_lite",
        "9b1c77aa",
        "2.13.0",
        "gansmith train recipe.toml",
        "gamma = 1.0    # grows with resolution",
    ):
        assert said in text, said
    assert (full_run / "recipe.toml").read_text() in text


def test_the_charts_hold_the_signals_and_the_floor(full_run: Path) -> None:
    page = made(full_run)
    labels = {trace["name"] for figure in figures(page) for trace in figure["data"]}
    assert {"discriminator", "generator", "real", "fake", "r1", "other reals"} <= labels
    titles = re.findall(r"<h3>([^<]+)</h3>", page)
    assert {"Losses", "Scores", "Gradients", "Frechet distance", "lr"} <= set(titles)
    assert page.count('class="plot"') == len(figures(page))


def test_without_scripts_each_chart_has_its_numbers_in_its_place(full_run: Path) -> None:
    page = made(full_run)
    charts = page.count('<div class="plot"')
    assert charts
    assert page.count("<noscript><ul><li>") == charts
    assert "<noscript><style>.plot { display: none; }</style></noscript>" in page
    listed = re.search(r"<noscript><ul>(<li>.*?</li>)</ul>", page, re.S).group(1)
    assert re.search(r"<li>[\w ]+ from [\d.]", listed)


def test_the_chart_script_is_inside_once_and_unpacks(full_run: Path) -> None:
    packed = element(made(full_run), "plotly")
    assert gzip.decompress(base64.b64decode(packed)).startswith(b"/**\n* plotly.js")
    assert len(packed) < 2_200_000


def test_the_style_and_the_charts_agree_on_their_colours() -> None:
    light, dark = style().split("prefers-color-scheme: dark")
    for name, colour in PALETTE.items():
        assert f"--{name}: {colour};" in light
        assert f"--{name}: #" in dark


def test_what_to_do_first_stands_on_top_with_a_line_to_paste(
    write_run: Write, signals: Callable[..., list[dict[str, Any]]]
) -> None:
    stuck = signals(40, **{"loss/discriminator": float("nan")})
    path = write_run(signals=stuck, recipe=RECIPE + "[length]\nkimg = 64\n")
    page = made(path)
    first = page[page.index("To do first:") : page.index("<nav")]
    assert f"gansmith train {path}/recipe.toml --run {path}-2 --set" in html.unescape(first)


def test_samples_are_inside_the_page(full_run: Path) -> None:
    page = made(full_run)
    pictures = [a["src"] for tag, a in Elements(page).found if tag == "img"]
    assert len(pictures) == 5  # a thumbnail, the large one and three moments
    assert str(pictures[0]).startswith("data:image/webp;base64,")
    assert len(str(pictures[0])) < 10_000
    assert all(str(uri).startswith("data:image/png;base64,iVBOR") for uri in pictures[1:])
    assert "image-rendering: pixelated" in page


def test_many_large_pictures_stay_bounded(write_run: Write) -> None:
    page = made(write_run(samples=tuple(range(40)), side=330))
    pictures = [str(a["src"]) for tag, a in Elements(page).found if tag == "img"]
    assert len(pictures) == 26
    assert all(len(uri) < 450_000 for uri in pictures)
    assert 'data-moment="0 kimg"' in page
    assert 'data-moment="39 kimg"' in page


def test_a_broken_picture_is_left_out(write_run: Write) -> None:
    path = write_run(samples=(0, 1))
    (path / "samples" / "kimg-000002.png").write_bytes(b"\x89PNG half")
    assert "2 moments" in made(path)


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "</script><img src=x onerror=y>"])
def test_hostile_names_are_only_text(write_run: Write, evil: str, signals: Rows) -> None:
    rows = [
        row | {f"term/{evil}": 1.0, f"knob/{evil}": float(i)} for i, row in enumerate(signals(20))
    ]
    exams = [{"step": 1, "kimg": 1.0, "metrics": {evil: 1.0}, "protocol": {evil: evil}}]
    path = write_run(
        rows,
        exams,
        [{"at": evil, "kimg": 0, "event": evil, "says": evil}],
        recipe=f"# {evil}\n[data]\nsource = '{evil}'\n[loss]\nname = '{evil}'\n",
        environment={evil: evil},
    )
    page = made(path)
    assert evil not in page
    assert page.count("<script") == 3  # figures, plotly, and the page's own
    assert html.escape(evil) in page
    assert any(evil in trace["name"] for figure in figures(page) for trace in figure["data"])


def test_a_run_that_has_just_begun_has_a_page(write_run: Write) -> None:
    text = Elements(made(write_run())).text
    for said in ("No samples were written yet", "No exam was taken yet", "No signals were written"):
        assert said in text
    assert "unfinished" in text


def test_one_tick_and_one_exam_make_a_page(write_run: Write, signals: Rows, exams: Rows) -> None:
    page = made(write_run(signals(1), exams(10.0, 1)))
    assert "1,404" in page


def test_values_that_are_not_finite_leave_a_hole_and_a_diagnosis(
    write_run: Write, signals: Rows, exams: Rows
) -> None:
    rows = signals(50)
    for row in rows[40:]:
        row |= {"loss/generator": None, "term/r1": None, "nonfinite": ["loss/generator"]}
    text = Elements(
        made(write_run(rows, [*exams(10.0, 2), {"kimg": 11, "metrics": {"recall": None}}]))
    ).text
    assert "Divergence" in text
    assert "loss/generator stopped being a finite number" in text
    assert "What to try" in text


def test_a_stopped_run_says_so(write_run: Write, signals: Rows) -> None:
    journal = [{"at": "", "step": 1, "kimg": 1, "event": "stopped", "says": "loss is not finite"}]
    text = Elements(made(write_run(signals(20), journal=journal))).text
    assert "stopped" in text
    assert "loss is not finite" in text


def test_a_long_run_is_thinned_and_the_page_says_so(
    write_run: Write, signals: Rows, exams: Rows
) -> None:
    path = write_run(signals(6_000), exams(10.0, 5))
    start = time.perf_counter()
    page = made(path)
    assert time.perf_counter() - start < 20
    assert "of 6,000 ticks each curve shows the lowest and highest in 750 stretches" in page
    assert len(page) < 4_000_000


def test_a_long_journal_keeps_its_ends(write_run: Write) -> None:
    journal = [{"at": "", "kimg": i, "event": "move", "says": f"move {i}!"} for i in range(1000)]
    page = made(write_run(journal=journal))
    assert "move 0!" in page
    assert "move 999!" in page
    assert "move 500!" not in page
    assert "700 more events" in page


def test_toy_runs_show_modes(write_run: Write, signals: Rows) -> None:
    metrics = {"modes": 8.0, "high_quality": 0.93, "reverse_kl": 0.01}
    rows = [
        {"step": 1, "kimg": 1.0 * i, "metrics": metrics, "floor": {"modes": 8.0}} for i in range(3)
    ]
    recipe = '[data]\nsource = "ring"\n[networks.generator]\nname = "mlp"\n'
    text = Elements(made(write_run(signals(10), rows, recipe=recipe))).text
    assert "8 of 8" in text
    assert "93% of samples are good" in text
    assert "trained on ring" in text


def test_the_verb_writes_where_it_is_told_and_prints_the_path(
    full_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report(str(full_run), out=str(tmp_path / "pages" / "x.html"))
    assert capsys.readouterr().out.strip() == str(tmp_path / "pages" / "x.html")
    report(str(full_run))
    assert (full_run / "report.html").is_file()


def test_a_folder_that_is_no_run_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run folder"):
        write_report(tmp_path)


def test_diagnosis_and_report_run_without_torch(full_run: Path) -> None:
    code = (
        "import sys; from gansmith.reporting.page import write_report;"
        f"write_report({str(full_run)!r}); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("scheme", "paper"), [(0, "#ffffff"), (1, "#14171b")])
def test_every_colour_can_be_read_on_the_paper(scheme: int, paper: str) -> None:
    block = re.findall(r":root \{(.*?)\}", style(), re.S)[scheme]
    names = (
        "ink",
        "soft",
        "blue",
        "orange",
        "green",
        "violet",
        "teal",
        "rose",
        "grey",
        "good",
        "bad",
    )
    for name in (*names, "doubt"):
        colour = re.search(rf"--{name}: (#\w+)", block).group(1)
        light, dark = sorted((luminance(colour), luminance(paper)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, colour)


def test_the_page_tells_what_was_treated_and_what_came_of_it(
    write_run: Write, signals: Rows, exams: Rows
) -> None:
    plan = {"failure": "mode_collapse", "because": "pairs leave no place to collapse to"}
    plan |= {"changes": {"loss.name": "relativistic"}, "start": "here", "before": 0.05}
    plan["expectation"] = {"signal": "relative_recall", "direction": "up", "to": 0.25, "by": 0.06}
    at = {"step": 20, "kimg": 1.28}
    journal = [
        {**at, "event": "treatment", "state": "begun", "says": "begun", "treatment": plan},
        {**at, "event": "segment", "segment": 1, "follows": 0, "says": "a new segment begins"},
        {"step": 30, "kimg": 1.92, "event": "treatment", "segment": 1, "state": "kept"}
        | {"says": "kept", "treatment": {**plan, "segment": 1, "says": "recall rose to 0.3"}},
        {**at, "event": "treatment", "state": "told", "says": "labels are for you to mend"}
        | {"treatment": {"failure": "data_problem"}},
        {"event": "treatment", "treatment": "damaged"},
    ]
    rows = [row | {"segment": 1} if row["step"] > 20 else row for row in signals(4)]
    run = write_run(rows, exams(1.28), journal, samples=(0, 2))
    kept = run / "segments" / "0" / "samples"
    kept.mkdir(parents=True)
    (run / "samples" / "kimg-000000.png").rename(kept / "kimg-000001.png")
    told = treatments.told(read_run(run))
    assert [one.state for one in told] == ["kept", "told"]
    assert (told[0].before.kimg, told[0].after.kimg) == (1, 2)
    text = made(run)
    assert "recall rose to 0.3" in html.unescape(text).lower()
    assert "--set 'loss.name=\"relativistic\"'" in html.unescape(text)
    shapes = [f["layout"].get("shapes", []) for f in figures(text)]
    assert all([shape["x0"] for shape in one] == [1.28] for one in shapes)
