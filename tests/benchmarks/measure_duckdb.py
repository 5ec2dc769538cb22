"""Measured: DuckDB reading the bare `event_timestamp` column of all files: the least that any full scan costs."""

import duckdb
from child import arguments, export_files, measure


def main() -> None:
    """Read the column of the workspace that the command line names."""
    workspace, output = arguments()
    connection = duckdb.connect()

    def read() -> None:
        # bit_xor needs each value: footers can't answer it, as they can min, max and count.
        rows = connection.read_parquet(export_files(workspace)).aggregate("bit_xor(event_timestamp) as checksum")
        rows.write_parquet(str(output / "checksum.parquet"))

    measure(read)


if __name__ == "__main__":
    main()
