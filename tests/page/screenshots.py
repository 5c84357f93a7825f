"""Takes the screenshots of the documentation: the page, and the report in a terminal.

``make screenshots`` writes them, of real reports in a real browser.
"""

from __future__ import annotations

import html
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser

from tests.needs import needed
from toolkit.reporters import html_report, text

from . import reports
from .browser import PHONE, chromium, opened

IMAGES = Path("docs/images")
#: Large pictures make a README slow.
MOST_BYTES = 150_000

#: About the width in a README.
_WIDE = {"width": 1120, "height": 860}
_LOW = {"width": 1120, "height": 660}
_STYLES = {"1": "b", "2": "faint", "1;31": "red", "32": "green", "1;33": "yellow", "36": "cyan"}
_CODE = re.compile(r"\x1b\[([0-9;]*)m")
_TERMINAL = """<!doctype html><meta charset="utf-8"><title>terminal</title><style>
body {{ margin: 0; background: #16191d; width: max-content; }}
pre {{ margin: 0; padding: 20px 28px 24px; color: #d5d9de;
  font: 14px/1.45 "DejaVu Sans Mono", ui-monospace, monospace; }}
.b {{ font-weight: 700; color: #fff; }} .faint {{ color: #8b949e; }}
.red {{ font-weight: 700; color: #ff8177; }} .green {{ color: #74cf96; }}
.yellow {{ font-weight: 700; color: #f0b64f; }} .cyan {{ color: #7fc8d8; }}
</style><pre><span class="faint">$</span> {command}
{output}</pre>"""


class Picture(NamedTuple):
    """The content of a picture: a report, its width, and its colours."""

    name: str
    report: str
    viewport: Any = _WIDE
    scheme: Any = "light"
    fragment: str = ""


PICTURES = (
    Picture("page-one-client", "one"),
    Picture("page-one-client-dark", "one", scheme="dark"),
    Picture("page-one-client-phone", "one", viewport=PHONE),
    Picture("page-examples", "examples"),
    Picture("page-probe", "probe", viewport=_LOW),
    Picture("page-probe-dark", "probe", viewport=_LOW, scheme="dark"),
    Picture("page-1000-clients", "thousand", viewport=_LOW),
    Picture("page-1000-clients-dark", "thousand", viewport=_LOW, scheme="dark"),
    Picture("page-1000-clients-phone", "thousand", viewport=PHONE),
    Picture("page-1000-by-20", "by-twenty", viewport=_LOW, fragment="#attention=0"),
)


def terminal(command: str, output: str) -> str:
    """Return a page that looks like the terminal in which the command was run."""
    parts = _CODE.split(output)
    shown = [html.escape(parts[0])]
    for style, said in zip(parts[1::2], parts[2::2], strict=True):
        name = _STYLES.get(style)
        escaped = html.escape(said)
        shown.append(f'<span class="{name}">{escaped}</span>' if name else escaped)
    return _TERMINAL.format(command=html.escape(command), output="".join(shown))


def take(browser: Browser, work: Path, images: Path) -> list[Path]:
    made = {
        "one": reports.one_client(),
        "examples": reports.examples(),
        "probe": reports.misleading_probe(),
        "thousand": reports.many(work),
        "by-twenty": reports.many(work, rules=20),
    }
    for name, report in made.items():
        (work / f"{name}.html").write_text(html_report.render(report), encoding="utf-8")
    command = f"recording-toolkit check {reports.ONE_CLIENT}"
    coloured = text.render(made["one"], colour=True)
    (work / "terminal.html").write_text(terminal(command, coloured), encoding="utf-8")
    images.mkdir(parents=True, exist_ok=True)
    taken = []
    for picture in PICTURES:
        taken.append(images / f"{picture.name}.png")
        with opened(
            browser,
            work / f"{picture.report}.html",
            picture.fragment,
            viewport=picture.viewport,
            color_scheme=picture.scheme,
        ) as one:
            one.page.screenshot(path=taken[-1])
    taken.append(images / "terminal.png")
    with opened(browser, work / "terminal.html") as one:
        one.page.locator("pre").screenshot(path=taken[-1])
    return taken


def main(arguments: Sequence[str]) -> int:
    images = Path(arguments[0]) if arguments else IMAGES
    with tempfile.TemporaryDirectory() as work, chromium(needed("chromium")) as browser:
        taken = take(browser, Path(work), images)
    for path in taken:
        sys.stdout.write(f"{path}: {path.stat().st_size // 1024} KiB\n")
    return int(any(path.stat().st_size > MOST_BYTES for path in taken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
