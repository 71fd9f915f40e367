"""The sources that are asked. A new one is a file here, and a line in `content/sources.py`."""

from app.sync.github import GitHub
from app.sync.huggingface import HuggingFace
from app.sync.source import Source

SOURCES: tuple[Source, ...] = (HuggingFace(), GitHub())
