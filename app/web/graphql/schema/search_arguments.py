"""The arguments of a search, read into one filter."""

from typing import Annotated

from strawberry import UNSET

from app.content.queries.search_matches import SearchFilter
from app.web.graphql.resolving.arguments import search_argument, word
from app.web.graphql.types.argument_groups import ArgumentGroup
from app.web.graphql.types.enums import SearchGroup, SearchSort, SearchType
from app.web.graphql.types.fields import argument


def search_filter(
    query: Annotated[
        str,
        argument(
            'Words, all of them; `"a phrase"`; `begin*`; `-without`. Accents and capitals '
            "make no difference."
        ),
    ],
    type: Annotated[SearchType | None, argument("Only hits of this type.")] = UNSET,
    sort: Annotated[
        SearchSort | None,
        argument(
            "`RELEVANCE` (the default): the best of the newest, 200 at most; its cursors hold "
            "until something is published. `NEWEST`: all, newest issue first."
        ),
    ] = UNSET,
    group: Annotated[
        SearchGroup | None,
        argument(
            "`SUBJECT`: trending entries about one subject are one hit, the best of them, with "
            "the issues that print it in `printings`. Only with `RELEVANCE`."
        ),
    ] = UNSET,
) -> SearchFilter:
    """Return the filter of these arguments, of any day. Raises `BadRequest`."""
    return SearchFilter(
        search_argument(query),
        type=word(type),
        sort=word(sort) or "relevance",
        group=word(group),
    )


SEARCH_FILTER = ArgumentGroup("where", search_filter)
"""`query`, `type`, `sort` and `group`, as the parameter `where`."""
