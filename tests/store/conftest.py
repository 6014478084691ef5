"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from newsbot.store import Store
from tests import databases
from tests.store.archive import Archive
from tests.store.past import Past


@pytest.fixture(params=databases.KINDS)
def address(request, tmp_path) -> str:
    """The address of an empty database that is up to date."""
    return databases.sqlite(tmp_path) if request.param == databases.SQLITE else databases.postgres(tmp_path)


@pytest.fixture(scope="session", params=databases.KINDS)
def past(request, tmp_path_factory) -> Past:
    """Databases of earlier revisions."""
    return Past(tmp_path_factory.mktemp("past"), request.param)


@pytest.fixture
async def store(address) -> AsyncIterator[Store]:
    """An empty store."""
    opened = Store(address)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def archive(store) -> Archive:
    """The same store, with somebody who files articles."""
    return Archive(store)
