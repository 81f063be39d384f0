"""The pages in a real browser: they work, fit, are legible, and nothing leaves the machine.

Nothing here waits for a time: every step waits for what it needs to see.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

import gansmith
from tests.training.helpers import run_small
from tests.web.legible import LEGIBLE

pytest.importorskip("starlette", reason="needs the extra dashboard")
pytest.importorskip("uvicorn", reason="needs the extra dashboard")
pytest.importorskip("playwright", reason="needs playwright")

from playwright import sync_api as api

from gansmith.data import audit
from gansmith.data.audit.page import write_page
from gansmith.deploy import load
from gansmith.web.play.app import serve_generator
from gansmith.web.watch.app import watch_app
from tests.web.served import served

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,  # `make browser` runs it
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
PHONE = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
DARK, LIGHT = "rgb(20, 23, 27)", "rgb(255, 255, 255)"
LONG = 60_000  # milliseconds after which what is waited for counts as missing
api.expect.set_options(timeout=LONG)


class Opened(NamedTuple):
    """A page, and what went wrong on it or was asked of another machine."""

    page: Any
    wrong: list[str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of ours that are alike, and a loop of somebody else's under Monitor."""
    root = tmp_path_factory.mktemp("runs")
    first = run_small(root / "first", signals__tick=2, condition={"name": "labels"})
    shutil.copytree(first, root / "second")
    points = torch.randn(200, 2, generator=torch.Generator().manual_seed(0))
    about = {"samples": 64, "tick": 2, "every_kimg": 0.064, "quiet": True}
    monitor = gansmith.Monitor(
        sample=lambda n: torch.randn(n, 2), real=points, run=root / "foreign", **about
    )
    for _ in range(20):
        losses = {"discriminator": 0.7, "generator": 1.1}
        monitor.step(real_scores=points[:16, :1], fake_scores=-points[:16, 1:], losses=losses)
    return root


@pytest.fixture(scope="module")
def pages(runs: Path) -> Path:
    """A report, an evaluation and an audit of data, each a file."""
    folder = runs.parent / "pages"
    folder.mkdir(exist_ok=True)
    gansmith.report(runs / "second", folder / "report.html")
    draws = torch.Generator().manual_seed(0)
    real = torch.rand(60, 3, 8, 8, generator=draws) * 2 - 1
    fake = real[:1] / 2 + real.flip(0) / 9
    gansmith.evaluate(real, fake, features="pixels:size=4", page=folder / "evaluation.html")
    pixels = ((real + 1) * 127).byte().permute(0, 2, 3, 1).numpy()
    np.save(folder / "data.npy", np.concatenate([pixels, pixels[:9]]))
    write_page(audit(str(folder / "data.npy")), folder / "audit.html")
    return folder


@pytest.fixture(scope="module")
def watched(runs: Path) -> Iterator[str]:
    with served(watch_app(runs)) as client:
        yield client.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playing:
        yield playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Open an address in a window of its own; at the end nothing may have gone wrong in any."""
    opened = list[Opened]()

    def visited(address: str, **about: Any) -> Any:
        context = browser.new_context(**(DESK | about))
        page, wrong = context.new_page(), list[str]()
        page.set_default_timeout(LONG)
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        inside = (address.partition("#")[0], "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(r.url))
        page.goto(address, wait_until="commit")
        opened.append(Opened(page, wrong))
        return page

    yield visited
    for page, wrong in opened:
        page.context.close()
        assert wrong == []


def append(path: Path, **told: Any) -> None:
    """Write the last line of a file of records again, with changes."""
    row = json.loads(path.read_text().splitlines()[-1]) | told
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")


def assert_fits_and_is_legible(page: Any, background: str) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == background
    assert page.evaluate(LEGIBLE) == []


def test_a_point_arrives_the_slider_moves_and_the_filter_filters(
    visit: Any, watched: str, runs: Path
) -> None:
    page = visit(f"{watched}/#first")
    picture = page.locator("#pictures img")
    api.expect(page.locator("#title")).to_have_text("first")
    newest = picture.get_attribute("src")
    page.locator("#time").press("Home")
    api.expect(picture).not_to_have_attribute("src", newest or "")
    losses = page.locator(".plot[aria-label^='Losses']")
    losses.scroll_into_view_if_needed()
    api.expect(losses.locator(".xtick").first).to_be_visible()
    far = losses.locator(".xtick", has_text="60")
    api.expect(far).to_have_count(0)
    before = losses.get_attribute("aria-label")
    told = {"kimg": 77.0, "step": 4800, "loss/generator": 4.321}
    append(runs / "first" / "signals.jsonl", **told)
    api.expect(page.locator("#runs")).to_contain_text("77 kimg")
    api.expect(far).to_have_count(1)
    api.expect(losses).not_to_have_attribute("aria-label", before or "")
    page.locator("#filter").fill("sec")
    api.expect(page.locator("#runs li")).to_have_count(1)
    assert picture.get_attribute("src") != newest


def test_runs_stand_side_by_side_and_a_loop_of_others_is_shown(visit: Any, watched: str) -> None:
    page = visit(f"{watched}/#first,second")
    api.expect(page.locator("#title")).to_have_text("first, second")
    api.expect(page.locator("#pictures figure")).to_have_count(2)
    left, right = (figure.bounding_box() for figure in page.locator("#pictures figure").all())
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    losses = page.locator(".plot[aria-label^='Losses']")
    both = re.compile(r"first · discriminator .*second · discriminator")
    api.expect(losses).to_have_attribute("aria-label", both)
    page.locator("#runs li", has_text="foreign").locator("input").check()
    api.expect(page.locator("#pictures figure")).to_have_count(3)
    api.expect(page.locator("#hand")).to_be_hidden()


@pytest.mark.parametrize(("about", "ground"), [(DESK, LIGHT), (PHONE, DARK)])
def test_the_watch_page_fits_and_is_legible(
    visit: Any, watched: str, about: dict[str, Any], ground: str
) -> None:
    page = visit(f"{watched}/#second", **about)
    api.expect(page.locator("#verdict .chip").first).to_have_text(re.compile("healthy|ill|unknown"))
    api.expect(page.locator("#verdict .first")).to_contain_text("gansmith train --resume --run")
    page.locator(".plot[aria-label^='Losses']").scroll_into_view_if_needed()
    api.expect(page.locator(".plot[aria-label^='Losses'] .xtick").first).to_be_visible()
    assert_fits_and_is_legible(page, ground)


@pytest.mark.parametrize(("about", "ground"), [(DESK, LIGHT), (PHONE, DARK)])
def test_a_generator_is_played_with(
    visit: Any, runs: Path, about: dict[str, Any], ground: str
) -> None:
    with served(serve_generator(load(runs / "second"), per_second=1e6)) as client:
        page = visit(f"{client.address}/", **about)
        picture = page.locator("#made img")
        for name, value in (("seed", "7"), ("to_seed", "9"), ("label", "2")):
            before = picture.get_attribute("src")
            control = page.locator(f"[data-into={name}]")
            control.select_option(value) if name == "label" else control.fill(value)
            api.expect(picture).not_to_have_attribute("src", before or "")
        before = picture.get_attribute("src")
        page.get_by_label("Component 1").press("End")
        api.expect(picture).not_to_have_attribute("src", before or "")
        api.expect(page.locator("#made td").first).to_be_visible()
        page.get_by_text("The same over HTTP").click()
        api.expect(page.locator("#curl")).to_contain_text('"directions":{"0":4}')
        assert_fits_and_is_legible(page, ground)


@pytest.mark.parametrize("name", ["report", "evaluation", "audit"])
@pytest.mark.parametrize(("about", "ground"), [(DESK, LIGHT), (PHONE, DARK)])
def test_pages_of_files_fit_and_are_legible(
    visit: Any, pages: Path, name: str, about: dict[str, Any], ground: str
) -> None:
    page = visit((pages / f"{name}.html").as_uri(), **about)
    api.expect(page.locator(".first")).to_contain_text("To do first")
    if name == "report":
        api.expect(page.locator(".plot .xtick").first).to_be_attached()
    assert_fits_and_is_legible(page, ground)


def test_charts_tell_their_numbers_without_javascript(visit: Any, pages: Path) -> None:
    page = visit((pages / "report.html").as_uri(), java_script_enabled=False)
    losses = page.locator("figure.chart", has_text="Losses")
    api.expect(losses.locator("li").first).to_have_text(re.compile("discriminator from .* to"))
    api.expect(page.locator("#samples img").first).to_be_visible()
    assert losses.locator("li").count() >= 2  # both players'
