"""Programs for the first tasks: `x-codeSamples` of the OpenAPI document, and docs/first-tasks.md.

Each is a file in `samples/` that a test runs against a server.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import fill


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a new user of the API wants to do."""

    name: str
    """The name of its files."""
    title: str
    operation_id: str
    explanation: str


TASKS = (
    Task("read_latest", "Read the latest issue", "readIssue", "The newest by its date; no key."),
    Task(
        "read_again",
        "Read an issue again",
        "readIssue",
        "Send the `ETag` of what you have in `If-None-Match`. If nothing has changed, the answer "
        "is a 304 without a body.",
    ),
    Task(
        "page",
        "Go through all pages",
        "listIssues",
        "`page.next_cursor`, and `rel=next` in `Link`, lead to the next page.",
    ),
    Task("search", "Search", "search", "All words must occur; `begin*` finds what begins so."),
    Task(
        "post_draft",
        "Post a draft",
        "createIssue",
        "Needs a key with `issues:write`. Sent again with the same `Idempotency-Key`, the request "
        "has the same answer and makes no second issue.",
    ),
    Task(
        "publish",
        "Publish it",
        "publishIssue",
        "Needs a key with `issues:publish`. `If-Match` says which revision you have read: if "
        "another was saved since, the answer is a 412.",
    ),
)
LANGUAGES = {
    "curl": ("Shell", "curl", "sh"),
    "python": ("Python", "Python", "python"),
    "javascript": ("JavaScript", "JavaScript", "js"),
}
"""By the ending of a file: the language, the name that is shown, and that of a fence."""


_FOLDER = files("app.web.documentation") / "samples"


@cache
def sample(task: str, ending: str) -> str:
    """Return the program for a task in a language."""
    return (_FOLDER / f"{task}.{ending}").read_text("utf-8")


def code_samples(operation_id: str) -> list[dict[str, str]]:
    """Return the samples of an operation, as `x-codeSamples` has them."""
    tasks = [task for task in TASKS if task.operation_id == operation_id]
    return [
        {
            "lang": language,
            "label": name if len(tasks) == 1 else f"{name}: {task.title.lower()}",
            "source": sample(task.name, ending),
        }
        for task in tasks
        for ending, (language, name, _) in LANGUAGES.items()
    ]


_INTRODUCTION = (
    "What most callers do first, with curl and with [our clients](clients.md#our-own-clients) for "
    "Python and JavaScript. Start a server with `make serve`; it prints a demo key, which you "
    "export as `MORNINGPOST_KEY`. `x-codeSamples` in `/openapi.json` has the same programs.",
    "This page is made by `make openapi`, and each program is run by a test.",
)


def first_tasks_page() -> str:
    """Return docs/first-tasks.md."""
    parts = ["# First tasks", *map(_wrapped, _INTRODUCTION)]
    for task in TASKS:
        parts += [f"## {task.title}", _wrapped(task.explanation)]
        parts += [
            f"```{fence}\n{sample(task.name, ending)}```"
            for ending, (_, _, fence) in LANGUAGES.items()
        ]
    return "\n\n".join(parts) + "\n"


def _wrapped(text: str) -> str:
    return fill(text, 110, break_long_words=False, break_on_hyphens=False)
