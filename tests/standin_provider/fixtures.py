"""Pytest fixtures for tests that run the real terraform against the stand-in provider."""

from pathlib import Path

import pytest

from tests.needs import needed

from .install import install
from .workspace import Workspace


@pytest.fixture(scope="session")
def standin_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CLI configuration of an installed stand-in, for TF_CLI_CONFIG_FILE."""
    needed("terraform")
    return install(tmp_path_factory.mktemp("standin_provider"))


@pytest.fixture
def workspace(standin_config: Path, tmp_path: Path) -> Workspace:
    """An empty folder to run terraform in."""
    return Workspace(tmp_path, standin_config)
