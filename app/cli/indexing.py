"""`reindex`, and the indexing step of `migrate`."""

from functools import partial

from app.cli.output import JsonOption, progress, tell
from app.cli.session import writing
from app.config import Settings
from app.content.commands.indexing import count_issues_to_index, index_issues


def reindex(as_json: bool = JsonOption) -> None:
    """Rebuild the search index of every issue. Servers may keep running."""
    count = index_again(Settings(), is_whole=True)
    tell({"issues": count}, f"Indexed {count:,} issue{'' if count == 1 else 's'}.", as_json=as_json)


def index_again(settings: Settings, *, is_whole: bool) -> int:
    """Index issues in print and scheduled issues in batches; return how many.

    `is_whole` selects all of them; otherwise those without an index or with an outdated one.
    """
    done = after = 0
    with writing(settings) as perform, progress() as bar:
        total = perform(partial(count_issues_to_index, is_whole=is_whole))
        task = bar.add_task("Indexing", total=total)
        while True:
            batch = perform(partial(index_issues, is_whole=is_whole, after=after))
            if batch.last_id is None:
                return done
            done, after = done + batch.count, batch.last_id
            bar.advance(task, batch.count)
