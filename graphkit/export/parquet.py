"""A pair of Parquet files, for DuckDB, pandas, Polars, R and Spark.

`-o NAME.parquet` writes NAME.nodes.parquet (id, label and a column for each property) and
NAME.relationships.parquet (source, target, type, key and a column for each property). Columns
have types:

    string          string              date            date32
    integer         int64               datetime        timestamp, microseconds, UTC
    float           double              point           struct<longitude: double, latitude: double>
    boolean         bool                kind[]          list of that type

No value is null, apart from an empty text and an empty list. The schema's metadata holds
`graphkit` (what the side file says) and `columns` (JSON: what each column holds for each class
and type, with its meaning; a column is as wide as the widest, see `tables`).
"""

from __future__ import annotations

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import Survey
from graphkit.export.tables import mixtures


def write(export: Export, output: Output) -> None:
    """Write both files."""
    from graphkit.export import parquet_writing  # Arrow takes its time to load

    parquet_writing.write(export, output)


def losses(survey: Survey) -> list[str]:
    """What columns of one type cannot hold."""
    return mixtures("Parquet", survey.nodes, survey.relationships)


FORMAT = Format("parquet", "Parquet tables", ("parquet",), write, losses)
