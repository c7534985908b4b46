"""The page of inspect in a real browser: its script runs, no other does, and nothing of the data becomes markup."""

import gzip
import html.parser
import json
import shutil
import subprocess

import pytest

import peers

BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
NAMES = [
    "<script>document.title='owned'</script>",
    "</style></script><img src=x onerror=\"document.title='owned'\">",
    "\" autofocus onfocus=\"document.title='owned'",
    "' onmouseover='alert(1)",
    "<!--",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "\u0000\u0007\u001b[2J",
    "\u05e9\u05dc\u05d5\u05dd",
    "n" * 60_000,
]


class Page(html.parser.HTMLParser):
    """What the browser has made of the page: elements, and text outside of style and script."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.texts = []
        self.inside = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside not in ("style", "script"):
            self.texts.append(data)

    def count(self, tag):
        return sum(1 for element, _ in self.elements if element == tag)

    def attributes(self, identifier):
        return next(given for _, given in self.elements if given.get("id") == identifier)


def opened(path):
    """The page after its scripts, as Chromium gives it."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if not browser:
        pytest.skip(f"no browser was found; install one of {', '.join(BROWSERS)}")
    process = subprocess.run(
        # the page is ours, and a container may not have what the sandbox needs
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert process.returncode == 0, process.stderr
    return Page(process.stdout)


def check(page, title, names):
    """What holds for every page."""
    assert "hidden" not in page.attributes("tools"), "the page's own script did not run"
    assert page.count("script") == 1
    assert page.count("img") == 0
    assert not [name for _, given in page.elements for name in given if name.startswith("on")]
    assert title in page.texts
    assert title + " – dynamodb-lake inspect" in page.texts
    text = "".join(page.texts)
    for name in names:
        assert name in text


def test_demo_page_is_searched_by_its_script(command, tmp_path):
    target = tmp_path / "orders.html"
    command("inspect", peers.DEMO_EXPORT, "--html", target).succeeded()

    page = opened(target)
    check(page, "orders", ["marketing.optIn", "createdAt"])
    assert page.count("details") > 30
    assert page.count("svg") > 10


def test_hostile_names_and_values_stay_text(command, tmp_path):
    value = {"M": {name: {"S": name[:50]} for name in NAMES}}
    lines = [json.dumps({"Item": {"pk": {"S": str(i)}, **dict.fromkeys(NAMES, value)}}) for i in range(20)]
    data = tmp_path / "hostile"
    data.mkdir()
    with gzip.open(data / "a.json.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    target = tmp_path / "hostile.html"
    command("inspect", data, "--html", target, "--show-values", "few").succeeded()

    page = opened(target)
    seen = [name for name in NAMES if len(name) < 100 and name.isprintable()]
    check(page, "export hostile", [*seen, "\\u202egnp.exe", "… (60,000 characters)"])
    assert target.stat().st_size < 1_000_000
