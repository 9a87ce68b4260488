"""Bringing one table in line with what should stand in it, by set-based statements only."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from psycopg2 import sql

NULL = "\\N"


@dataclass(frozen=True, slots=True)
class TableChange:
    inserted: int = 0
    updated: int = 0
    closed: int = 0
    reopened: int = 0

    @property
    def changed(self) -> int:
        return self.inserted + self.updated + self.closed + self.reopened


@dataclass(frozen=True, slots=True)
class Retirement:
    """The column that says whether a row is in force, its value when it is, and the value that retires it."""

    column: str
    in_force: Any
    retired: Any


@dataclass(frozen=True, slots=True)
class TableSync:
    """`key` finds a row, `compared` is kept equal to the source, `first` is written when the row is born."""

    model: type[models.Model]
    key: tuple[str, ...]
    compared: tuple[str, ...]
    retirement: Retirement
    first: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.key, *self.compared, *self.first)

    def run(self, rows: Iterable[Sequence[Any]]) -> TableChange:
        """Insert, correct, retire and reopen rows; untouched rows are not written. Nine statements, whatever the size.

        Each row holds the values of `columns`. The table stays readable meanwhile; a second load waits.
        """
        with connection.cursor() as cursor:
            cursor.execute(self._sql("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
            cursor.execute(
                self._sql("CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
            )
            copy = self._sql("COPY {staged} ({columns}) FROM STDIN WITH (FORMAT csv, NULL {null})", null=NULL)
            cursor.copy_expert(copy, _as_csv(rows))
            cursor.execute(self._sql("ANALYZE {staged}"))
            change = self._apply(cursor)
            cursor.execute(self._sql("DROP TABLE {staged}"))
        return change

    def _apply(self, cursor: Any) -> TableChange:
        cursor.execute(self._sql("SELECT count(*) FROM {table} t JOIN {staged} s USING ({key}) WHERE {t_retired}"))
        reopened = cursor.fetchone()[0]
        cursor.execute(
            self._sql(
                "UPDATE {table} t SET {assignments} FROM {staged} s"
                " WHERE ({t_key}) = ({s_key}) AND ({t_compared}) IS DISTINCT FROM ({s_compared})"
            )
        )
        updated = cursor.rowcount - reopened
        cursor.execute(
            self._sql(
                "UPDATE {table} t SET {retirement} = {retired} WHERE NOT ({t_retired})"
                " AND NOT EXISTS (SELECT FROM {staged} s WHERE ({t_key}) = ({s_key}))"
            )
        )
        closed = cursor.rowcount
        cursor.execute(
            self._sql(
                "INSERT INTO {table} ({columns}) SELECT {columns} FROM {staged} s"
                " WHERE NOT EXISTS (SELECT FROM {table} t WHERE ({t_key}) = ({s_key}))"
            )
        )
        return TableChange(inserted=cursor.rowcount, updated=updated, closed=closed, reopened=reopened)

    def _sql(self, text: str, **values: str) -> sql.Composed:
        """The statement with this table's names; names are quoted and values are escaped by the driver."""
        table = self.model._meta.db_table
        retirement = self.retirement
        return sql.SQL(text).format(
            table=sql.Identifier(table),
            staged=sql.Identifier(f"staged_{table}"),
            columns=_names(self.columns),
            key=_names(self.key),
            t_key=_names(self.key, "t"),
            s_key=_names(self.key, "s"),
            t_compared=_names(self.compared, "t"),
            s_compared=_names(self.compared, "s"),
            assignments=sql.SQL(", ").join(
                sql.SQL("{0} = s.{0}").format(sql.Identifier(column)) for column in self.compared
            ),
            retirement=sql.Identifier(retirement.column),
            retired=sql.Literal(retirement.retired),
            t_retired=sql.SQL("t.{} IS DISTINCT FROM {}").format(
                sql.Identifier(retirement.column), sql.Literal(retirement.in_force)
            ),
            **{name: sql.Literal(value) for name, value in values.items()},
        )


def _names(columns: Iterable[str], alias: str | None = None) -> sql.Composed:
    path = [alias] if alias else []
    return sql.SQL(", ").join(sql.Identifier(*path, column) for column in columns)


def _as_csv(rows: Iterable[Sequence[Any]]) -> io.StringIO:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([NULL if value is None else value for value in row] for row in rows)
    file.seek(0)
    return file
