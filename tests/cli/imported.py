"""What commands import, for the process that theirs begin as."""

from __future__ import annotations

import importlib
import pkgutil

import bot  # noqa: F401
import newsbot.cli

for one in pkgutil.iter_modules(newsbot.cli.__path__, "newsbot.cli."):
    importlib.import_module(one.name)
importlib.import_module("handlers.counter")
