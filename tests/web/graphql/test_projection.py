"""What is projected is what graphql-core would have answered, whatever is asked of an issue."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from graphql import FieldNode, GraphQLObjectType, parse
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, given, settings, strategies as st
from starlette.requests import Request

from app.content.access import PUBLIC
from app.web.graphql.documents.compiled_cache import compiled_cache
from app.web.graphql.documents.documents import Document
from app.web.graphql.documents.errors import QueryRefused
from app.web.graphql.documents.plan import Plan
from app.web.graphql.documents.projection import Projections
from app.web.graphql.documents.summary import Summaries
from app.web.graphql.schema.schema import schema
from app.web.graphql.transport.execution import Prepared
from app.web.graphql.transport.http import context_for
from tests.sampling import examples
from tests.web.graphql.documents import document

pytestmark = pytest.mark.databases_in_turn

ROOTS = ("latestIssue", "issues(first:3)", "sections(first:6)", "entries(first:4)", "publication")

EXAMPLES = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck)
)


async def told_by(
    app: FastAPI, read: Document, variables: Mapping[str, Any] | None, *, projects: bool
) -> object:
    """All that an operation answers, or the code it is refused with."""
    request = Request({"type": "http", "app": app, "headers": [], "state": {}})
    context = context_for(request, PUBLIC)
    try:
        prepared = Prepared(read, read.operation(None), variables, context, projects=projects)
    except QueryRefused as refused:
        return refused.code
    outcome = await prepared.execute()
    return outcome.data, [str(error) for error in outcome.errors], outcome.cost


def drawn_from(texts: st.SearchStrategy[str]) -> list[str]:
    """Some of them; the event loop of a test cannot run inside a property."""
    found: list[str] = []

    @given(texts)
    @EXAMPLES
    def draw(text: str) -> None:
        found.append(text)

    draw()
    return list(dict.fromkeys(found))


@pytest.mark.slow
@pytest.mark.usefixtures("twelve_issues")
@pytest.mark.parametrize("root", ROOTS)
async def test_it_is_what_graphql_core_answers(app: FastAPI, root: str) -> None:
    compared = 0

    for text in drawn_from(document(schema(), root=root, hostile=False)):
        try:
            read = app.state.graphql.documents.parse(text)
        except QueryRefused:
            continue  # too many aliases, say
        short = await told_by(app, read, None, projects=True)
        assert short == await told_by(app, read, None, projects=False), text
        compared += 1

    assert compared >= examples(60) // 3


HEAD = "query($kind:SectionKind,$of:SectionKind=LEAD,$source:Source,$what:EntryKind,$if:Boolean!)"
GIVEN: tuple[dict[str, Any], ...] = (
    {"if": True},
    {"if": False},
    {"if": True, "kind": None, "of": None, "source": None, "what": None},
    {"if": True, "kind": "TOOLS", "of": "TRENDING", "source": "GITHUB", "what": "REPOSITORY"},
    {"if": False, "kind": "BRIEF", "source": "HUGGINGFACE", "what": "MODEL"},
)
"""What is left out, null, and given are three things."""
LISTS = {
    "sections": (
        ("", "(kind:$kind)", "(kind:$of)", "(kind:null)", "(kind:LEAD)"),
        ("slug", "__typename", "kind", "...on ToolsSection{tools{name}}", "issue{number}"),
    ),
    "trending": (
        ("", "(source:$source)", "(kind:$what)", "(source:$source,kind:MODEL)", "(source:null)"),
        ("name", "source", "kind", "externalId", "issue{date}"),
    ),
}
DIRECTIVES = ("", "", "@include(if:$if)", "@skip(if:$if)", "@include(if:true)", "@skip(if:true)")


@st.composite
def chosen(draw: st.DrawFn) -> str:
    """An issue whose fields have arguments and directives."""
    written = ["...{t:__typename}", "k:sections(kind:$kind){slug}", "o:sections(kind:$of){slug}"]
    written.append("e:trending(source:$source,kind:$what){name @skip(if:$if) url}")
    for number in range(draw(st.integers(1, 6))):
        directive = draw(st.sampled_from(DIRECTIVES))
        name = draw(st.sampled_from(("title", "sections", "trending", "previous", "fragment")))
        if name in LISTS:
            arguments, below = (draw(st.sampled_from(choice)) for choice in LISTS[name])
            field, opened, rest = below.partition("{")
            shown = f"{field}{draw(st.sampled_from(DIRECTIVES))}{opened}{rest}"
            written.append(f"a{number}:{name}{arguments}{directive}{{slot:__typename {shown}}}")
        elif name == "previous":
            arguments = draw(st.sampled_from(LISTS["sections"][0]))
            written.append(f"{name}{directive}{{p{number}:sections{arguments}{{slug}}}}")
        elif name == "fragment":
            written.append(f"...f{directive}")
        else:
            written.append(f"a{number}:{name}{directive}")
    fragment = "fragment f on Issue{summary lead@skip(if:$if){headline}lead{slug}}"
    return f"{HEAD}{{latestIssue{{...f {' '.join(written)}}}}}{fragment}"


@pytest.mark.slow
@pytest.mark.usefixtures("twelve_issues")
async def test_arguments_and_directives_choose_the_same(app: FastAPI) -> None:
    """One document after another, so that what is kept for some values is met by others."""
    texts = drawn_from(chosen())

    for text in texts:
        read = app.state.graphql.documents.parse(text)
        answers = []
        for given_ in (*GIVEN, *GIVEN):
            short = await told_by(app, read, given_, projects=True)
            assert short == await told_by(app, read, given_, projects=False), (text, given_)
            answers.append(str(short))
        assert len(set(answers)) > 1, text


VALUES: tuple[dict[str, Any], ...] = (
    *({}, {"kind": None}, {"kind": "None"}, {"kind": ""}, {"kind": "lead"}),
    *({"kind": 1}, {"kind": "1"}, {"kind": True}, {"kind": "True"}, {"kind": ["1"]}),
)


async def test_values_that_read_alike_are_told_apart() -> None:
    """What is kept for one value of a variable is not what another one gets."""
    built = schema()
    text = "query($kind: SectionKind) { latestIssue { sections(kind: $kind) { slug } } }"
    plan = Plan(parse(text))
    field = _only_field(plan.operations[0])
    summaries = Summaries(plan)
    summaries.of_operation(plan.operations[0])
    type_ = built.get_type("Issue")
    assert isinstance(type_, GraphQLObjectType)
    projections = Projections(built, plan, summaries, compiled_cache())

    made = [projections.find(type_, [field], VariableValues({}, given)) for given in VALUES]
    again = [projections.find(type_, [field], VariableValues({}, given)) for given in VALUES]

    assert len({id(project) for project in made}) == len(VALUES)
    assert [id(project) for project in again] == [id(project) for project in made]


def _only_field(operation: Any) -> FieldNode:
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return field
