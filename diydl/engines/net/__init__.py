"""The third engine: `Data`, `Module`, `Net`. Every node is an object with an ID."""

from diydl.engines.net.data import Data
from diydl.engines.net.module import Module
from diydl.engines.net.net import Net

__all__ = ["Data", "Module", "Net"]
