"""Databases on a PostgreSQL server that tests may fill."""

from __future__ import annotations

import itertools

import pytest

NUMBERS = itertools.count()


def make_database(server: str, name: str, pattern: str = "template1") -> None:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {pattern}")


def address_on(server: str, name: str) -> str:
    """The address of another database on the same server."""
    head, _, query = server.partition("?")
    base = head.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
