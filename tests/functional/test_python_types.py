"""The types of the Python API hold for a user who checks a script of their own, with the package as it is installed."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
# The project's own options without its paths: what `make check` has looked at needn't be looked at again.
SETTINGS = """
[mypy]
strict = True
enable_error_code = ignore-without-code, redundant-expr, truthy-bool
"""
TYPED = """
import duckdb
import houdbaar as hb

workspace: hb.Workspace = hb.Workspace("data/sample")
audit: hb.Audit = workspace.audit(as_of="2026-10-31", knobs={"marketing.opens": "never"})
lines: duckdb.DuckDBPyRelation = audit.findings.filter("verdict = 'OVERDUE'")
reasons: list[str | None] = [item["not_tested_reason"] for item in audit.obligations]
audit.summary().head()
subject: hb.Subject = workspace.subject(email="jan@example.com", customer_id=["K-1", "K-2"], candidates=False)
who: str | None = subject.pseudonym
rows: duckdb.DuckDBPyRelation = hb.sql("from contact where email = $email", {"email": "jan@example.com"}, workspace=workspace)
newest: hb.Audit = workspace.run()
try:
    workspace.run("2020-01-31")
except hb.UsageError as error:
    code: int = error.exit_code
"""
WRONG = """
import houdbaar as hb

hb.Workspace("data/sample").subject(mail="jan@example.com")
hb.Workspace("data/sample").audit(asof="2026-10-31")
hb.sql("from contact", workspace=1)
"""


def test_the_types_hold_for_a_user(tmp_path: Path) -> None:
    from mypy import api

    def checked(text: str) -> tuple[str, int]:
        (tmp_path / "script.py").write_text(text, encoding="utf-8")
        (tmp_path / "mypy.ini").write_text(SETTINGS, encoding="utf-8")
        cache = ROOT / ".mypy_cache"
        out, _, code = api.run([f"--config-file={tmp_path / 'mypy.ini'}", f"--cache-dir={cache}", str(tmp_path / "script.py")])
        return out, code

    assert checked(TYPED) == ("Success: no issues found in 1 source file\n", 0)
    out, code = checked(WRONG)
    assert (code, out.count("error:")) == (1, 3), out
