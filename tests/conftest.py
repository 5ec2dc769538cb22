"""Settings of all tests."""

import functools
import os
from collections.abc import Iterator

import pytest
import typer.testing
from hypothesis import settings

from example_run import ExampleRun, example_run
from houdbaar.policy import load

os.environ["HOUDBAAR_TODAY"] = "2026-11-25"  # whatever a machine's clock says: an audit as of a later day is a what-if
# A shared machine's speed is no property of the code; CI takes the same examples each time, so that a failure there can be looked at here.
settings.register_profile("houdbaar", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("houdbaar")
# To build the commands takes longer than many a test that calls them; nothing of a call stays in them.
typer.testing._get_command = functools.cache(typer.testing._get_command)


@pytest.fixture(autouse=True, scope="session")
def _one_reading_of_the_policy() -> Iterator[None]:
    """Its text is the same for nearly every command that runs in this process, and reading it takes longer than all the rest of some."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_policy", functools.cache(load.read_policy))
        yield


@pytest.fixture(scope="session")
def audited_example(tmp_path_factory: pytest.TempPathFactory) -> ExampleRun:
    """The run of the example company, audited once for all workers."""
    return example_run(tmp_path_factory.getbasetemp())
