"""How long the site takes on loopback: a page until it can be used, a sentence until its labels."""

import statistics
from pathlib import Path

from browsing import can_browse
from timing import table, tell

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "site"
VISITS = 7
SLOWED = 4  # times slower than this machine, which is what Lighthouse takes for a phone
SENTENCES = (
    "The basketball team met the minister of sports in parliament.",
    "The film about the election wins a prize for its sound.",
)
PAGES = {  # the way: page, how many times slower
    "first page": ("index.html", 1),
    "first page, slowed 4 times": ("index.html", SLOWED),
    "chapter 7": ("notebooks/07_thresholds.html", 1),
    "the page of errors": ("workshop/errors.html", 1),
}
# A page can be used once its words are painted, its scripts have run, and it answers at once.
WATCH = """window.usable = new Promise(resolve => {
    const answers = new MessageChannel();
    answers.port1.onmessage = () => resolve(performance.now());
    const look = () => {
        const [page] = performance.getEntriesByType("navigation");
        const isPainted = performance.getEntriesByName("first-contentful-paint").length;
        if (isPainted && page.domContentLoadedEventEnd) answers.port2.postMessage("there?");
        else setTimeout(look, 5);
    };
    look();
})"""
TAG = """text => new Promise(resolve => {
    const tagger = document.querySelector("course-tagger"), box = tagger.querySelector("textarea");
    const begun = performance.now();
    box.value = text;
    box.dispatchEvent(new InputEvent("input"));
    const look = () => tagger.tagged === text
        ? resolve(performance.now() - begun) : setTimeout(look, 5);
    look();
})"""


def bench_site() -> None:
    """Visit pages of the site that was made, and let the tagger tag, in Chromium."""
    if not (SITE / "index.html").is_file():
        print("\nThere is no site yet: python3 course.py site")
        return
    if not can_browse("The site needs"):
        return
    from site_pages import served

    from conftest import started_browser

    with served(SITE) as address, started_browser() as browser:
        seconds = {
            name: [_visit(browser, address + page, slower) for _ in range(VISITS)]
            for name, (page, slower) in PAGES.items()
        }
        _print("Start of a visit until the page can be used", seconds)
        tagged: dict[str, list[float]] = {}
        for _ in range(VISITS):
            context = browser.new_context()
            for visit in ("first visit", "second visit"):
                page = context.new_page()
                page.goto(address)
                for which, text in zip(("first", "second"), SENTENCES, strict=True):
                    taken = page.evaluate(TAG, text) / 1000
                    tagged.setdefault(f"{visit}, {which} text", []).append(taken)
                page.close()
            context.close()
        _print("Text in the box until its labels, a wait for the next key included", tagged)


def _visit(browser, address: str, slower: int) -> float:
    """Visit a page as somebody new; return the seconds until it can be used."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(address)
    seconds = page.evaluate("() => window.usable") / 1000
    context.close()
    return seconds


def _print(title: str, seconds: dict[str, list[float]]) -> None:
    middle = {name: statistics.median(each) for name, each in seconds.items()}
    longest = {name: max(each) for name, each in seconds.items()}
    for name, value in middle.items():
        tell(f"{name}: median {value:.3g} s")
    table(f"{title}, medians of {VISITS}", middle, "seconds", also={"longest": longest})
