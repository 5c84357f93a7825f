"""The page in a real browser: its content, its navigation, and that it is self-contained."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.reporters.conftest import SAMPLE, result
from toolkit.model.findings import Verdict
from toolkit.model.report import Problem, Report, Source

from .browser import DESKTOP, PHONE, opened
from .conftest import written
from .screenshots import IMAGES, MOST_BYTES, PICTURES, terminal

pytestmark = pytest.mark.browser

#: Each name is an attack on another context; in the page it is a name.
NAMES = (
    "<script>alert(1)</script>",
    "</script><!--<script>alert(2)",
    "<img src=x onerror=alert(3)>",
    "'\"><svg onload=alert(4)>",
    "`<img src=y onerror=alert(5)>`",
)
#: A finding on what a role grants belongs to the role, which has a row of its own.
ROLE = "genesyscloud_auth_role.recording_everything"


def rows(page: Page) -> list[str]:
    """Return the names of the clients in the part of the table that is drawn."""
    return page.locator("#grid tbody tr:not(.root) th b").all_inner_texts()


def current(page: Page) -> str:
    """Return what a screen reader says of the focused cell."""
    said: str = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
    return said


def first_paint(page: Page) -> int:
    """Return the milliseconds from the start of the navigation to the first paint."""
    painted: int = page.evaluate(
        """() => new Promise((done) => { const look = () => {
          const [first] = performance.getEntriesByName('first-paint');
          if (first) done(Math.round(first.startTime)); else requestAnimationFrame(look); };
        look(); })"""
    )
    return painted


def panel(page: Page) -> str:
    return page.locator("#panel").inner_text()


def test_the_matrix_shows_every_client_and_rule(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        page = one.page
        heads = page.locator("#grid thead th").all_inner_texts()
        assert [head.split("\n")[0] for head in heads] == [
            "Client",
            "REC001",
            "REC002",
            "REC003",
            "wildcard-permission",
        ]
        assert rows(page) == [
            "recording-berlin",
            "recording-madrid",
            "recording-service",
            "recording-desk",
            "recording-kiosk",
            ROLE,
            "recording-batch",
        ]
        expect(page.get_by_role("gridcell", name="recording-kiosk, REC001: failed")).to_be_visible()
        cell = page.get_by_role("gridcell", name="recording-batch, REC002: failed, not counted")
        expect(cell).to_be_visible()
        expect(page.locator(".static")).to_be_hidden()
        assert one.quiet, one


def test_the_missing_edge_is_drawn_and_said(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        stations = one.page.locator(".chain li")
        told = [text.split("\n") for text in stations.all_inner_texts()]
        assert [lines[:2] for lines in told] == [
            ["Client", "recording-kiosk"],
            ["Grant type", "CODE"],
            ["Scope", "recording:session:write"],
            ["Scope", "recordingSession"],
            ["Operation", "startRecordingSession"],
        ]
        # Only the edge to the missing name is cut, and it gives the reason.
        assert [("cut" in (each.get_attribute("class") or "")) for each in stations.all()] == [
            False, False, True, False, False,
        ]  # fmt: skip
        assert told[2][-1] == "not among its scopes"
        assert told[4][-1] == "not reached"
        edge = "el => getComputedStyle(el, '::before').borderLeftStyle"
        assert [each.evaluate(edge) for each in stations.all()][:4] == [
            "solid", "solid", "dashed", "dotted",
        ]  # fmt: skip


def test_what_stands_between_backticks_is_code(browser: Browser, folder: Path) -> None:
    address, fix_of_it = "genesyscloud_oauth_client.a", "Write `scopes`, and no `roles`."
    failing = result(Verdict.FAIL, "R1", address, "It lacks something.", fix=fix_of_it)
    report = Report("check", "1", sources=(Source("terraform", "hcl", 1),), results=(failing,))
    file = written(folder, "backticks", report)
    with opened(browser, file) as one:
        fix = one.page.locator("#panel dt:text-is('Fix') + dd")
        assert fix.locator("code").all_inner_texts() == ["scopes", "roles"]
        assert "`" not in fix.inner_text()
    with opened(browser, file, java_script_enabled=False) as one:
        fix = one.page.locator(".finding p", has_text="Fix").first
        assert fix.locator("code").all_inner_texts() == ["scopes", "roles"]
        assert "`" not in fix.inner_text()


def test_a_chain_through_a_role_ends_at_the_operation(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        one.page.get_by_role("gridcell", name="recording-service, REC001: passed").click()
        told = [text.split("\n")[:2] for text in one.page.locator(".chain li").all_inner_texts()]
        assert [what for what, _ in told] == [
            "Client", "Grant type", "Role", "Permission", "Operation",
        ]  # fmt: skip
        assert told[3][1] == "recording:session:write"
        assert "reached" in one.page.locator(".chain li").last.inner_text().split("\n")
        # For a user grant, the client is not all that decides.
        one.page.get_by_role("gridcell", name="recording-desk, REC001: passed").click()
        assert "as far as the client decides it" in panel(one.page)
        assert one.page.locator(".chain .cut").count() == 0
        one.page.get_by_role("gridcell", name="recording-batch, REC002").click()
        assert "recording:*:*" in one.page.locator(".chain .bad .name").first.inner_text()
        assert "reached, and forbidden" in panel(one.page)


def test_search_finds_names_addresses_and_messages(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        page = one.page
        for words, found in (
            ("KIOSK", ["recording-kiosk"]),
            ('["madrid"]', ["recording-madrid"]),
            ("startrecordingsession lacks", ["recording-kiosk"]),
            ("client-credentials wildcard-role", ["recording-batch"]),
            ("nothing like that", []),
        ):
            page.fill("#q", words)
            assert rows(page) == found, words
            expect(page.locator("#empty")).to_be_visible(visible=not found)
            expect(page.locator("#shown")).to_have_text(f"{len(found)} of 6 clients")
        page.click("#reset")
        assert len(rows(page)) == 7
        assert page.input_value("#q") == ""
        assert one.quiet, one


def test_filters_narrow_and_are_kept_in_the_link(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        page = one.page
        page.check("#attention")
        assert rows(page) == ["recording-kiosk", ROLE, "recording-batch"]
        page.select_option("#severity", "warning")
        assert rows(page) == [ROLE, "recording-batch"]
        page.select_option("#rule", "REC002")
        assert page.locator("#grid thead th").count() == 2
        page.select_option("#severity", "")
        page.select_option("#rule", "")
        page.select_option("#root", "terraform/examples/behind-module")
        assert rows(page) == []
        # Passed results are beyond those that need attention.
        page.locator("#verdicts").get_by_text("passed").click()
        assert rows(page) == ["recording-berlin", "recording-madrid"]
        assert not page.is_checked("#attention")
        page.get_by_role("gridcell", name="recording-madrid, REC003").click()
        link = page.evaluate("location.hash")
        assert one.quiet, one
    with opened(browser, examples, fragment=link) as again:
        assert rows(again.page) == ["recording-berlin", "recording-madrid"]
        assert again.page.input_value("#root") == "terraform/examples/behind-module"
        assert "recording-madrid" in panel(again.page)
        assert "REC003" in panel(again.page)
        assert again.page.evaluate("location.hash") == link


@pytest.mark.parametrize(
    "fragment",
    ["#rule=NOPE&root=..&severity=x&verdict=y,z", "#client=gone&at=gone", "#%E0%A4%A", "#a&=&&at"],
)
def test_a_link_that_says_nothing_shows_everything(
    browser: Browser, examples: Path, fragment: str
) -> None:
    with opened(browser, examples, fragment=fragment) as one:
        assert len(rows(one.page)) == 7
        assert one.quiet, one


def test_the_keyboard_reaches_every_cell_and_its_details(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        page, press = one.page, one.page.keyboard.press
        for _ in range(20):
            if page.evaluate("document.activeElement.tagName") == "TD":
                break
            press("Tab")
        assert current(page) == "recording-kiosk, REC001: failed"
        steps = (
            ("ArrowRight", "recording-kiosk, REC002: not applicable"),
            ("End", "recording-kiosk, wildcard-permission: did not fire"),
            ("ArrowRight", "recording-kiosk, wildcard-permission: did not fire"),
            ("ArrowDown", f"{ROLE}, wildcard-permission: failed, not counted"),
            ("ArrowDown", "recording-batch, wildcard-permission: did not fire"),
            ("ArrowDown", "recording-batch, wildcard-permission: did not fire"),
            ("Home", "recording-batch, REC001: passed"),
            ("ArrowUp", f"{ROLE}, REC001: the rule is not about it"),
            ("ArrowUp", "recording-kiosk, REC001: failed"),
            ("Control+Home", "recording-berlin, REC001: passed"),
            ("ArrowUp", "recording-berlin, REC001: passed"),
            ("Control+End", "recording-batch, wildcard-permission: did not fire"),
            ("ArrowUp", f"{ROLE}, wildcard-permission: failed, not counted"),
        )
        for key, said in steps:
            press(key)
            assert current(page) == said, key
        assert "A role grants a wildcard" in panel(page)
        press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "H3"
        press("Escape")
        assert current(page).startswith(f"{ROLE}, wildcard-permission")
        press("Shift+Tab")
        assert page.evaluate("document.activeElement.tagName") != "TD"
        assert one.quiet, one


def test_the_focus_is_seen(browser: Browser, examples: Path) -> None:
    with opened(browser, examples) as one:
        for _ in range(14):
            one.page.keyboard.press("Tab")
            style = one.page.evaluate(
                "(() => { const e = document.activeElement; const of = e.closest('.chip') || e;"
                "return [e.tagName, getComputedStyle(of).outlineStyle, "
                "parseFloat(getComputedStyle(of).outlineWidth)] })()"
            )
            assert style[0] == "BODY" or (style[1] != "none" and style[2] >= 1), style


def test_a_thousand_clients_by_twenty_rules_do_not_lag(
    browser: Browser, thousand_by_twenty: Path, record_property: Callable[[str, object], None]
) -> None:
    with opened(browser, thousand_by_twenty) as one:
        page = one.page
        record_property("first paint, 1,000 clients by 20 rules (ms)", first_paint(page))
        record_property(
            "size, 1,000 clients by 20 rules (KiB)", thousand_by_twenty.stat().st_size // 1024
        )
        # A large report starts with what needs attention.
        assert page.is_checked("#attention")
        page.uncheck("#attention")
        expect(page.locator("#shown")).to_have_text("1000 clients")
        took = page.evaluate(
            """() => { const q = document.getElementById('q'); const times = [];
            for (const text of ['r', 'recorder-99', 'lacks', '']) { q.value = text;
              const start = performance.now();
              q.dispatchEvent(new Event('input', { bubbles: true }));
              times.push(performance.now() - start); }
            return Math.max(...times); }"""
        )
        record_property("slowest search, 1,000 clients by 20 rules (ms)", round(took))
        assert took < 2000
        assert page.locator("#grid tbody tr").count() < 80
        page.locator("#grid td.current").focus()
        page.keyboard.press("Control+End")
        assert current(page).startswith("recorder-999, R19: ")
        page.keyboard.press("PageUp")
        assert current(page).startswith("recorder-98")
        # The selected cell is scrolled far out of view, and the keys still start from it.
        page.evaluate("document.getElementById('scroller').scrollTop = 0")
        expect(page.locator("#grid tbody th b").first).to_have_text("recorder-0")
        page.keyboard.press("ArrowLeft")
        assert ", R18: " in current(page)
        assert page.evaluate("document.getElementById('scroller').scrollTop") > 30000
        box = page.locator("#grid td.current").bounding_box()
        head = page.locator("#grid tbody tr.current th").bounding_box()
        assert box is not None
        assert head is not None
        assert box["x"] >= head["x"] + head["width"] - 1
        assert one.quiet, one


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, thousand_by_twenty: Path, probe: Path, examples: Path, viewport: Any
) -> None:
    for file in (thousand_by_twenty, probe, examples):
        with opened(browser, file, viewport=viewport) as one:
            width = one.page.evaluate("document.documentElement.scrollWidth")
            assert width == viewport["width"], file


def test_a_thousand_clients_by_three_rules_are_less_than_a_megabyte(
    browser: Browser, thousand: Path, record_property: Callable[[str, object], None]
) -> None:
    size = thousand.stat().st_size
    record_property("size, 1,000 clients by 3 rules (KiB)", size // 1024)
    assert size < 1_000_000
    with opened(browser, thousand) as one:
        paint = first_paint(one.page)
        record_property("first paint, 1,000 clients by 3 rules (ms)", paint)
        assert paint < 3000


def test_names_stay_names(browser: Browser, folder: Path) -> None:
    found = [
        result(
            Verdict.FAIL,
            name,
            f"genesyscloud_oauth_client.{number}",
            name,
            root=name,
            client=name,
            title=name,
            grant_type=name,
            why=name,
            fix=name,
        )
        for number, name in enumerate(NAMES)
    ]
    hostile = Report(
        "check",
        "1",
        tuple(Source(name, name, 1) for name in NAMES),
        tuple(found),
        errors=(Problem(NAMES[1], NAMES[2]),),
    )
    file = written(folder, "hostile", hostile)
    for javascript in (True, False):
        with opened(browser, file, java_script_enabled=javascript) as one:
            page = one.page
            assert one.quiet, one
            seen = page.locator("body").inner_text()
            assert [name for name in NAMES if name not in seen] == []
            assert page.locator("img, script[src], svg[onload]").count() == 0
    with opened(browser, file) as one:
        assert sorted(rows(one.page)) == sorted(NAMES)
        for name in NAMES:
            one.page.get_by_role("gridcell", name=f"{name}, {name}: failed").click()
            assert name in panel(one.page)
        assert one.quiet, one


def test_only_the_pages_own_script_runs(browser: Browser, examples: Path, folder: Path) -> None:
    text = examples.read_text(encoding="utf-8")
    file = folder / "injected.html"
    injected = (
        "<script>document.title = 'run'</script><img src=http://127.0.0.1:9/ onerror=alert(1)>"
    )
    file.write_text(text.replace("<main", f"{injected}<main", 1), encoding="utf-8")
    with opened(browser, file) as one:
        assert len(rows(one.page)) == 7
        assert one.page.title() != "run"
        assert not one.dialogs
        assert any("Content Security Policy" in each for each in one.complaints)


def test_what_to_add_is_copied(browser: Browser, one_client: Path) -> None:
    with opened(browser, one_client, permissions=["clipboard-read", "clipboard-write"]) as one:
        one.page.get_by_role("button", name="Copy").click()
        expect(one.page.get_by_role("button", name="Copied")).to_be_visible()
        copied = one.page.evaluate("navigator.clipboard.readText()")
        assert copied.splitlines()[1:] == ['"recordingSession",']
        assert one.quiet, one


def test_a_probe_is_a_timeline(browser: Browser, probe: Path) -> None:
    with opened(browser, probe) as one:
        page = one.page
        assert page.locator("h1").inner_text() == "Misconfigured: scope.missing"
        names = [text.split()[0] for text in page.locator(".steps > li").all_inner_texts()]
        assert names[:4] == ["token", "sessions", "who-am-i", "own-grants"]
        start = page.locator(".steps > li", has_text="start refused 400")
        expect(start).to_contain_text("POST")
        session = page.locator(".steps > li", has_text="/recording-sessions/").first
        expect(session.locator(".out")).to_contain_text("session.not-found, session.not-ready")
        expect(page.locator(".diagnosis pre").first).to_contain_text('"recordingSession",')
        assert one.quiet, one


def test_without_a_script_it_is_a_document(browser: Browser, thousand: Path, probe: Path) -> None:
    with opened(browser, thousand, java_script_enabled=False) as one:
        expect(one.page.locator("#explorer")).to_be_hidden()
        expect(one.page.locator(".static")).to_be_visible()
        assert one.page.locator(".finding").count() == 200
        expect(one.page.get_by_text("140 more")).to_be_visible()
    with opened(browser, probe, java_script_enabled=False) as one:
        expect(one.page.locator(".steps")).to_be_visible()
        expect(one.page.get_by_role("button", name="Copy")).to_have_count(0)


def test_in_print_it_is_a_document(browser: Browser, examples: Path) -> None:
    with opened(browser, examples, color_scheme="dark") as one:
        one.page.emulate_media(media="print")
        expect(one.page.locator("#explorer")).to_be_hidden()
        assert one.page.locator(".finding:visible").count() == 3
        ink = one.page.evaluate("getComputedStyle(document.documentElement).color")
        assert ink == "rgb(0, 0, 0)"
        assert one.page.pdf(format="A4").startswith(b"%PDF")


def test_motion_is_for_those_who_like_it(browser: Browser, examples: Path) -> None:
    moving = "getComputedStyle(document.documentElement).scrollBehavior"
    for liking, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        with opened(browser, examples, reduced_motion=liking) as one:
            assert one.page.evaluate(moving) == behaviour


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_axe_finds_nothing_serious(
    browser: Browser,
    folder: Path,
    examples: Path,
    probe: Path,
    thousand: Path,
    scheme: Any,
    viewport: Any,
    script: bool,
) -> None:
    files = [examples, probe, written(folder, "sample", SAMPLE)]
    files += [written(folder, "errors", Report("check", "1", errors=(Problem("x", "y"),)))]
    files += [thousand] if script else []
    for file in files:
        with opened(browser, file, color_scheme=scheme, viewport=viewport) as one:
            if not script:
                one.page.evaluate(
                    "document.documentElement.classList.remove('js');"
                    "const e = document.getElementById('explorer'); if (e) e.hidden = true"
                )
            found = Axe().run(one.page).response
            assert found["passes"]
            serious = [
                (each["id"], [node["html"][:200] for node in each["nodes"]][:3])
                for each in found["violations"]
                if each["impact"] in ("serious", "critical")
            ]
            assert not serious, file
            assert not one.complaints


def test_the_pictures_of_the_documentation_are_ours_and_small() -> None:
    """`make screenshots` makes them again; a picture that no page shows is not kept."""
    shown = {
        Path("docs", name.removeprefix("docs/"))
        for document in Path("docs").glob("*.md")
        for name in re.findall(r"\]\(([^)]*\.png)\)", document.read_text(encoding="utf-8"))
    }
    made = {IMAGES / f"{name}.png" for name in (*(each.name for each in PICTURES), "terminal")}
    assert shown
    assert shown <= made
    assert [path for path in shown if not 0 < path.stat().st_size <= MOST_BYTES] == []


def test_a_picture_of_the_terminal_shows_what_it_said() -> None:
    page = terminal("check <x>", "\x1b[1;31mFAIL\x1b[0m a <b> &\n")
    assert '<span class="red">FAIL</span> a &lt;b&gt; &amp;' in page
    assert "check &lt;x&gt;" in page
    assert "\x1b" not in page
