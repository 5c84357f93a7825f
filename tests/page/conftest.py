"""One browser for each run, and the reports to show in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.needs import needed
from toolkit.model.report import Report
from toolkit.reporters import html_report

from . import reports
from .browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium(needed("chromium")) as started:
        yield started


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


def written(folder: Path, name: str, report: Report) -> Path:
    file = folder / f"{name}.html"
    file.write_text(html_report.render(report), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def examples(folder: Path) -> Path:
    return written(folder, "examples", reports.examples(reports.SOME))


@pytest.fixture(scope="session")
def one_client(folder: Path) -> Path:
    return written(folder, "one", reports.one_client(reports.SOME))


@pytest.fixture(scope="session")
def probe(folder: Path) -> Path:
    return written(folder, "probe", reports.misleading_probe())


@pytest.fixture(scope="session")
def thousand(folder: Path) -> Path:
    return written(folder, "thousand", reports.many(folder))


@pytest.fixture(scope="session")
def thousand_by_twenty(folder: Path) -> Path:
    return written(folder, "thousand-by-twenty", reports.many(folder, rules=20))
