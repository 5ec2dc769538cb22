"""Measured: DuckDB reading bare columns of all files (`event_timestamp` if none is named): the least that any full scan costs."""

import sys

import duckdb
from child import arguments, export_files, measure


def main() -> None:
    """Read the column of the workspace that the command line names."""
    workspace, output = arguments()
    columns = sys.argv[3:] or ["event_timestamp"]
    checksums = ", ".join(f"bit_xor({name if name == 'event_timestamp' else f'hash({name})'}) as {name}" for name in columns)
    connection = duckdb.connect()

    def read() -> None:
        # bit_xor needs each value: footers can't answer it, as they can min, max and count.
        rows = connection.read_parquet(export_files(workspace)).aggregate(checksums)
        rows.write_parquet(str(output / "checksum.parquet"))

    measure(read)


if __name__ == "__main__":
    main()
