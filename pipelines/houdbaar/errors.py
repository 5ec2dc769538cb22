"""Errors that people see. Everything that is not an `AuditError` is a bug (exit code 4)."""


class AuditError(Exception):
    """Shown without a traceback: says what is wrong, where, and what to do next.

    The message never holds a personal value: counts, column names, file names as shown and line numbers only.
    """

    exit_code = 4


class UsageError(AuditError):
    """The command, the workspace's settings or a path can't be used as given (exit 2)."""

    exit_code = 2


class PolicyError(UsageError):
    """The policy file is wrong: unknown key, period that can't be understood, … (exit 2)."""


class ContractError(UsageError):
    """A data contract is wrong: unknown entity column, forbidden SQL function, … (exit 2)."""


class SourceError(AuditError):
    """An export can't be read whole; what it feeds is not tested (exit 3)."""

    exit_code = 3


class EngineError(AuditError):
    """The SQL engine refused a statement. Its own message is withheld: it quotes values (exit 4)."""
