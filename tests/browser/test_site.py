"The site of `make site`: every page, search, maths, frozen widgets, light and dark, at 800 pixels; nobody else is asked"
import contextlib
import functools
import http.server
import os
import re
import threading
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from places import ROOT

SITE = ROOT/"_site"
PAGES = sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob("*.html") if "_static" not in p.parts)
pytestmark = pytest.mark.skipif(not PAGES, reason="the site is not built: make site")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args): pass
    def copyfile(self, source, outputfile):
        with contextlib.suppress(OSError): super().copyfile(source, outputfile)      # the browser went on


@pytest.fixture(scope="module")
def home():
    "The address of the site, served from this machine"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def visited(visit): return visit()


@pytest.fixture
def page(visited):
    yield visited.page
    assert not visited.foreign and not visited.broken and not visited.said, (visited.foreign, visited.broken, visited.said)


def chapters(): return [p for p in (ROOT/"nbs").rglob("*.ipynb") if "checks" not in p.parts and not any(q.startswith(".") for q in p.parts)]


def test_every_chapter_and_module_has_a_page():
    missing = [p.name for p in chapters() if f"nbs/{p.relative_to(ROOT/'nbs').with_suffix('.html').as_posix()}" not in PAGES]
    missing += [m for p in (ROOT/"ioa_nb").rglob("*.py") if not p.name.startswith("_") and "data" not in p.parts and f"reference/{(m := '.'.join(p.relative_to(ROOT/'ioa_nb').with_suffix('').parts))}.html" not in PAGES]
    assert not missing, f"no page for {missing}: make site again"


def test_either_half_of_the_widget_manager_finds_its_fonts(): # which one asks first is a race
    near, far = ({p.name for p in (SITE/"_static"/"browser"/where).glob("*.*")} for where in ("@jupyter-widgets", "@jupyter-widgets/html-manager/dist"))
    assert near == far and any(name.endswith(".woff2") for name in near)


class Links(HTMLParser):
    def __init__(self, text): super().__init__(); self.to, self.names = [], set(); self.feed(text)
    def handle_starttag(self, tag, pairs):
        pairs = dict(pairs)
        if pairs.get("id"): self.names.add(pairs["id"])
        self.to += [pairs[k] for k in ("href", "src") if pairs.get(k)]


def test_no_link_leads_nowhere():
    read = {p: Links((SITE/p).read_text(encoding="utf-8")) for p in PAGES}
    wrong = []
    for name, links in read.items():
        for link in links.to:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc: continue
            to = (SITE/name).parent/unquote(parts.path) if parts.path else SITE/name
            there = os.path.relpath(to, SITE)
            if not to.exists(): wrong.append((name, link))
            elif parts.fragment and there in read and name.startswith(("nbs", "reference")) and unquote(parts.fragment) not in read[there].names: wrong.append((name, link))
    assert not wrong, wrong[:20]


def test_every_page_is_whole_and_asks_nobody_else(home, visit):
    seen, faults = visit(), {}
    for name in (p for p in PAGES if p != "index.html"):       # which only sends on
        seen.said.clear(); seen.broken.clear(); seen.foreign.clear()
        seen.page.goto(f"{home}/{name}", wait_until="load")
        if seen.page.locator(".math").count(): seen.page.wait_for_selector("mjx-container", state="attached")
        if seen.page.locator("script[type='application/vnd.jupyter.widget-view+json']").count(): seen.page.wait_for_selector(".ioa-frozen .noUi-handle")
        bad = seen.page.evaluate("""() => [...[...document.images].filter(i => !i.complete || !i.naturalWidth || !i.alt.trim()).map(i => `picture ${i.src}: ${i.alt ? 'not shown' : 'no words for it'}`),
            ...[...document.querySelectorAll('mjx-merror')].map(e => `formula: ${e.innerText}`),
            ...(document.scrollingElement.scrollWidth > innerWidth ? [`${document.scrollingElement.scrollWidth} pixels wide`] : [])]""")
        if found := [*seen.said, *seen.broken, *seen.foreign, *bad]: faults[name] = found
    assert not faults, "\n".join(f"{name}: {'; '.join(dict.fromkeys(found))}"[:600] for name, found in faults.items())


def test_search_by_keyboard(home, page):
    page.goto(f"{home}/nbs/index.html")
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open] input[name=q], .search-button__search-container input[name=q]")
    page.keyboard.type("severity"); page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert any("06" in t for t in page.locator("#search-results li a").all_inner_texts())
    page.locator("#search-results li a").first.click()
    page.wait_for_selector("article h1")


@pytest.mark.parametrize("name", ["06_identifier", "07b_gates", "15b_widgets"])
def test_a_frozen_widget_slides(home, page, name):
    page.goto(f"{home}/nbs/{name}.html")
    handle = page.locator(".ioa-frozen .noUi-handle").first; handle.wait_for()
    shown = lambda: next(t.inner_text() for t in page.locator(".ioa-frozen").first.locator(".widget-html-content").all() if t.is_visible())
    first = shown(); handle.focus(); page.keyboard.press("ArrowRight"); page.wait_for_timeout(200)
    second = shown(); assert first != second
    track = page.locator(".ioa-frozen .noUi-target").first; box = track.bounding_box()
    track.click(position=dict(x=box["width"] * 0.98, y=box["height"] / 2)); page.wait_for_timeout(200)
    assert shown() not in (first, second)


def test_reference_has_signature_comment_and_chapter(home, page):
    page.goto(f"{home}/reference/identifier.html")
    text = page.locator("article").inner_text()
    assert "def identify(" in text and re.search(r"teacher_profile.*# ", text)
    page.locator("article a", has_text="06 ·").first.click()
    assert "nbs/06_identifier" in page.url


def brightness(colour): return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_readable_in(home, page, visited, mode):
    page.goto(f"{home}/nbs/06_identifier.html"); page.locator(".ioa-frozen .noUi-handle").first.wait_for()
    page.locator("button.theme-switch-button:visible").first.click()
    page.locator(f".theme-change-button[data-mode={mode}]:visible").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == mode
    page.wait_for_timeout(400)                                 # colours fade
    for what in ("article p", "article code", ".ioa-frozen .widget-label", ".ioa-frozen .ioa p", ".ioa-frozen .ioa td", ".cell_output .ioa td", "mjx-container"):
        ink, paper = page.evaluate("""s => { let e = document.querySelector(s), at = e, paper = 'rgba(0, 0, 0, 0)';
            while (at && paper === 'rgba(0, 0, 0, 0)') { paper = getComputedStyle(at).backgroundColor; at = at.parentElement }
            return [getComputedStyle(e).color, paper] }""", what)
        assert abs(brightness(ink) - brightness(paper)) > 100 and (brightness(paper) < 100) == (mode == "dark"), (what, ink, paper)
    if os.environ.get("KEEP_SCREENSHOTS"):
        for name in ("06_identifier", "06a_dependencies", "09a_report", "04_losses", "index"):
            page.goto(f"{home}/nbs/{name}.html"); page.wait_for_timeout(1500); visited.keep(f"site-{mode}-{name}")
        page.goto(f"{home}/reference/widgets.html"); visited.keep(f"site-{mode}-reference")
