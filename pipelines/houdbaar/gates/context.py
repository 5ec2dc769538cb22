"""Contexts of Great Expectations that keep everything in memory, show no progress bars and say nothing on standard error."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

_STORES = {
    "expectations_store": "ExpectationsStore",
    "validation_results_store": "ValidationResultsStore",
    "checkpoint_store": "CheckpointStore",
    "validation_definition_store": "ValidationDefinitionStore",
}


def memory_stores() -> dict[str, Any]:
    """Every store that a context needs, in memory."""
    return {name: {"class_name": kind, "store_backend": {"class_name": "InMemoryStoreBackend"}} for name, kind in _STORES.items()}


def made_context(stores: Mapping[str, Any], sites: Mapping[str, Any]) -> AbstractDataContext:
    """A context with these stores, and sites of Data Docs."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # 1.24 sends nothing; other versions may
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # its warnings quote SQL
    config = DataContextConfig(
        config_version=4,
        stores=dict(stores),
        expectations_store_name="expectations_store",
        validation_results_store_name="validation_results_store",
        checkpoint_store_name="checkpoint_store",
        data_docs_sites=dict(sites),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    context: AbstractDataContext = gx.get_context(mode="ephemeral", project_config=config)
    return context


def memory_context(docs: str | None) -> AbstractDataContext:
    """A context that writes nothing, but for Data Docs into the folder `docs` when it is asked to build them."""
    return made_context(memory_stores(), {} if docs is None else {"site": _site(docs)})


def _site(folder: str) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": folder},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
