"""`demo`."""

from app.cli.output import JsonOption, tell
from app.cli.session import writing
from app.config import Settings
from app.content.commands.demo import seed
from app.demo import demo_issues
from app.demo.history import demo_history


def demo(as_json: bool = JsonOption) -> None:
    """Publish the demo issues in an empty database. A database with issues is not changed."""
    settings = Settings()
    with writing(settings) as perform:
        count = perform(lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now)))
    sentence = "The database has issues already; nothing was touched."
    if count:
        sentence = f"Published {count} demo issues, with some weeks of invented trends."
    tell({"issues": count}, sentence, as_json=as_json)
