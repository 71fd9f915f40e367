"""Parquet, written row group by row group with pyarrow, which is the extra `parquet`.

pyarrow is loaded on first use: it takes half a second and 100 MB.
"""

from collections.abc import Mapping, Sequence
from datetime import date as Date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from app.content.open_data.columns import Column, Columns

MEDIA_TYPE = "application/vnd.apache.parquet"


def is_installed() -> bool:
    """Whether this server can write Parquet."""
    return find_spec("pyarrow") is not None


def writer_version() -> str:
    """Return the version of pyarrow: another version may write other bytes for the same rows."""
    version: str = import_module("pyarrow").__version__
    return version


class ParquetFile:
    """A file in progress. Each call returns the bytes that became ready."""

    def __init__(self, columns: Columns) -> None:
        self._pyarrow: Any = import_module("pyarrow")
        self._columns = columns
        self._schema = self._pyarrow.schema(
            [self._pyarrow.field(column.name, self._type(column)) for column in columns]
        )
        self._ready = _Ready()
        self._writer = import_module("pyarrow.parquet").ParquetWriter(
            self._pyarrow.PythonFile(self._ready, mode="w"), self._schema, compression="zstd"
        )

    def write(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Write rows as one row group. A member that a row lacks is null."""
        values = {
            column.name: [_value(column, row.get(column.name)) for row in rows]
            for column in self._columns
        }
        self._writer.write_table(self._pyarrow.table(values, schema=self._schema))
        return self._ready.take()

    def close(self) -> bytes:
        """Write the footer."""
        self._writer.close()
        return self._ready.take()

    def _type(self, column: Column) -> Any:
        arrow = self._pyarrow
        match column.type:
            case "string":
                return arrow.string()
            case "integer":
                return arrow.int64()
            case "number":
                return arrow.float64()
            case "boolean":
                return arrow.bool_()
            case "date":
                return arrow.date32()
            case "datetime":
                return arrow.timestamp("us", tz="UTC")


class _Ready:
    """Collects what the writer writes, until it is taken."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing is buffered."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case "datetime":
            return datetime.fromisoformat(value)
        case "date":
            return Date.fromisoformat(value)
        case "number":
            return float(value)
        case _:
            return value
