"""How much Hypothesis may spend: few, always the same examples in the ordinary run; many fresh ones, shrunk, when looking for trouble."""

import os

from hypothesis import HealthCheck, Phase, settings

FACTOR = int(os.environ.get("HOUDBAAR_EXAMPLES_FACTOR", "1"))
ORDINARY = (Phase.explicit, Phase.generate)


def budget(examples: int) -> settings:
    """Settings for a test whose every example is a whole audit. HOUDBAAR_EXAMPLES_FACTOR=20 makes a night of it."""
    return settings(
        max_examples=examples * FACTOR,
        derandomize=FACTOR == 1,
        database=None,
        deadline=None,
        phases=ORDINARY if FACTOR == 1 else tuple(Phase),
        suppress_health_check=list(HealthCheck),
    )
