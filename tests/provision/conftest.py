"""The fixtures of this folder's tests."""

from tests.standin_provider.fixtures import standin_config, workspace

__all__ = ["standin_config", "workspace"]
