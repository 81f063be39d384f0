"""The pages in a real browser: a point arrives, the slider moves, nothing leaves the machine."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.training.helpers import run_small

pytest.importorskip("starlette", reason="needs the extra dashboard")
pytest.importorskip("uvicorn", reason="needs the extra dashboard")
pytest.importorskip("playwright", reason="needs playwright")

from playwright import sync_api as api

from gansmith.web.watch.app import watch_app
from tests.web.served import Client, served

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("runs") / "first", signals__tick=2)


@pytest.fixture(scope="module")
def client(run: Path) -> Iterator[Client]:
    shutil.copytree(run, run.parent / "second")
    with served(watch_app(run.parent)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playing:
        opened = playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def opened(browser: Any, client: Client, **about: Any) -> tuple[Any, list[str]]:
    """Open the page of the first run; return it, and what went wrong or left the machine."""
    page, wrong = browser.new_page(**about), list[str]()
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((client.address, "data:")) else wrong.append(asked.url)
        ),
    )
    page.goto(f"{client.address}/#first")
    page.wait_for_selector("#charts .plot .main-svg")
    return page, wrong


def test_a_point_arrives_the_slider_moves_and_the_filter_filters(
    browser: Any, client: Client, run: Path
) -> None:
    page, wrong = opened(browser, client)
    assert page.locator("#title").inner_text() == "first"
    before = page.locator("#pictures img").get_attribute("src")
    page.locator("#time").press("Home")
    assert page.locator("#pictures img").get_attribute("src") != before
    lines = (run / "signals.jsonl").read_text().splitlines()
    row = json.loads(lines[-1]) | {"kimg": 77.0, "step": 4800}
    with (run / "signals.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")
    page.wait_for_function(
        "[...document.querySelectorAll('.plot')].some((p) => p.data?.[0].x.at(-1) === 77)"
    )
    page.locator("#filter").fill("second")
    assert page.locator("#runs li").count() == 1
    page.locator("#runs input").check()
    page.wait_for_function("document.getElementById('title').textContent === 'first, second'")
    assert page.locator("#pictures figure").count() == 2
    assert wrong == []


def test_the_page_fits_a_phone_and_is_dark_where_wanted(browser: Any, client: Client) -> None:
    phone = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
    page, wrong = opened(browser, client, **phone)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    assert wrong == []
