"""Base models of re-packed copies, from the tags of the Hub.

Model cards, `base_model` and `base_model_relation`, read 2026-11: the Hub has tags such as
`base_model:quantized:owner/name` for a copy in another format; `finetune`, `adapter` and `merge`
are models of their own.
"""

from collections.abc import Iterable

from app.sync import rows

_COPY = "base_model:quantized:"


def base_model_of(tags: Iterable[str]) -> str | None:
    """Return the base model that the tags of a copy name; `None` for an original."""
    for tag in tags:
        if tag.startswith(_COPY):
            try:
                return rows.external_id(tag.removeprefix(_COPY))
            except rows.BadRow:
                return None
    return None
