"""One key for all workspaces of a module, so that their identifiers can be compared."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def _key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOUDBAAR_KEY", "0f" * 32)
        yield
