"""Which model another one is a re-packed copy of, by the tags of the Hub.

Model cards, `base_model` and `base_model_relation`, read 2026-11: the Hub writes them as tags,
`base_model:quantized:owner/name` for a copy in another format; `finetune`, `adapter` and `merge`
are models of their own.
"""

from collections.abc import Iterable

from app.sync import rows

_COPY = "base_model:quantized:"


def base_model_of(tags: Iterable[str]) -> str | None:
    """The name of the model that these are the tags of a copy of; `None` for an original."""
    for tag in tags:
        if tag.startswith(_COPY):
            try:
                return rows.external_id(tag.removeprefix(_COPY))
            except rows.BadRow:
                return None
    return None
