"""Every limit at its edge: what just fits is answered, what is one more is refused by its code."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import get_introspection_query

from app.web.graphql.documents import limits
from app.web.graphql.documents.cost import _CostWalk
from app.web.graphql.documents.projection import Budget
from tests.web.graphql.conftest import Partner

pytestmark = pytest.mark.usefixtures("twelve_issues")

NOON = "2026-05-03T12:00:00Z"
CODES = {
    "bytes": "query_too_long",
    "tokens": "too_many_tokens",
    "comments": "too_many_tokens",
    "depth": "too_deep",
    "nesting": "too_deep",
    "aliases": "too_many_aliases",
    "directives": "too_many_directives",
    "operations": "too_many_operations",
    "fields": "too_many_fields",
    "cost": "too_costly",
    "introspection depth": "too_deep",
}


def of_bytes(count: int) -> str:
    return "{__typename}".ljust(count)


def of_tokens(count: int) -> str:
    return "{latestIssue{" + " ".join(["title"] * (count - 5)) + "}}"


def of_comments(count: int) -> str:
    return "{publication{title}}" + "\n#" * count


def of_depth(count: int) -> str:
    return "{latestIssue" + "{previous" * (count - 2) + "{title}" + "}" * (count - 2) + "}"


def of_nesting(count: int) -> str:
    # The root, the issue, half of the rest in its place and half in fragments of a name.
    inline, spread = (count - 2) // 2, (count - 2) - (count - 2) // 2
    written = "{...on Issue" * inline + "{...f1}" + "}" * inline
    fragments = "".join(f"fragment f{n} on Issue{{...f{n + 1}}}" for n in range(1, spread))
    return f"{{latestIssue{written}}}{fragments}fragment f{spread} on Issue{{title}}"


def of_aliases(count: int) -> str:
    return "{latestIssue{" + " ".join(f"a{n}:title" for n in range(count)) + "}}"


def of_directives(count: int) -> str:
    fields = " ".join(f"{'title' if n % 2 else 'date'} @include(if:true)" for n in range(count))
    return f"{{latestIssue{{{fields}}}}}"


def of_operations(count: int) -> str:
    return " ".join(f"query q{n}{{__typename}}" for n in range(count))


def of_fields(count: int) -> str:
    # `latestIssue` and `...f`, which is some more fields each time.
    each, rest = divmod(count - 1, 20)
    titles = "title " * each
    return f"{{latestIssue{{{'...f ' * 20}{'title ' * rest}}}}}fragment f on Issue{{{titles}}}"


def of_cost(count: int) -> str:
    # A connection costs one, and each of its page another.
    pages, rest = divmod(count, 72)
    sizes = [71] * pages + [rest - 1]
    asked = [f"a{n}:tools(first:{size}){{nodes{{name}}}}" for n, size in enumerate(sizes)]
    return "{" + " ".join(asked) + "}"


def of_introspection(count: int) -> str:
    levels = count - 2
    return "{__schema{queryType" + "{ofType" * levels + "{name}" + "}" * levels + "}}"


EDGES = {
    "bytes": (of_bytes, limits.MAX_QUERY_BYTES),
    "tokens": (of_tokens, limits.MAX_TOKENS),
    "comments": (of_comments, limits.MAX_COMMENTS),
    "depth": (of_depth, limits.MAX_DEPTH),
    "nesting": (of_nesting, limits.MAX_NESTING),
    "aliases": (of_aliases, limits.MAX_ALIASES),
    "directives": (of_directives, limits.MAX_DIRECTIVES),
    "operations": (of_operations, limits.MAX_OPERATIONS),
    "fields": (of_fields, limits.MAX_FIELDS),
    "cost": (of_cost, limits.MAX_COST),
    "introspection depth": (of_introspection, limits.MAX_INTROSPECTION_DEPTH),
}


async def test_the_limits_are_those_of_the_contract() -> None:
    assert limits.MAX_BODY_BYTES == 256 * 1024
    contract = (20_000, 2_000, 12, 30, 1_000, 20)
    promised = ("bytes", "tokens", "depth", "aliases", "cost", "introspection depth")
    assert tuple(EDGES[name][1] for name in promised) == contract
    assert limits.MAX_OBJECTS == 5_000


@pytest.mark.parametrize("name", EDGES)
async def test_what_just_fits_is_answered(partner: Partner, name: str) -> None:
    make, most = EDGES[name]
    operation = {"operationName": "q0"} if name == "operations" else {}

    told = (await partner.post({"query": make(most), **operation})).json()

    assert "errors" not in told, told["errors"][0]
    assert told["extensions"]["cost"]["limit"] == 1_000
    if name == "cost":
        assert told["extensions"]["cost"]["requested"] == 1_000


@pytest.mark.parametrize("name", EDGES)
async def test_one_more_is_refused_before_it_is_carried_out(partner: Partner, name: str) -> None:
    make, most = EDGES[name]
    operation = {"operationName": "q0"} if name == "operations" else {}

    answer = await partner.post({"query": make(most + 1), **operation})

    told = answer.json()
    assert [error["extensions"]["code"] for error in told["errors"]] == [CODES[name]]
    assert "data" not in told
    assert told["extensions"]["cost"]["limit"] == 1_000
    assert len(answer.content) < 2_048
    if name == "cost":
        assert told["extensions"]["cost"]["requested"] == 1_001


async def test_lists_of_the_schema_stand_in_one_another_twice(partner: Partner) -> None:
    """Each multiplies the answer, and a schema has a hundred types."""
    twice = "{ __schema { queryType { fields { type { fields { name } } } } } }"
    by_fragments = (
        "{ __schema { types { ...f } } }"
        "fragment f on __Type { fields { type { interfaces { ...g } } } }"
        "fragment g on __Type { fields { name } }"
    )

    assert (await partner.ask(twice))["__schema"]["queryType"]["fields"]

    assert await partner.code_of(twice.replace("name", "type { fields { name } }")) == "too_deep"
    assert await partner.code_of(by_fragments) == "too_deep"


@pytest.mark.parametrize("items", ["nodes{rank}", "edges{node{rank}}", "notes{externalId}"])
async def test_whatever_a_page_has_one_of_for_each_entry_costs_its_size(
    partner: Partner, items: str
) -> None:
    told = (await partner.send(f"{{movers(first:40){{{items}}}}}")).json()

    per_entry = 2 if "node{" in items else 1
    assert told["extensions"]["cost"]["requested"] == 1 + 40 * per_entry


async def test_a_body_of_256_kib_is_read_and_not_a_byte_more(partner: Partner) -> None:
    body = orjson.dumps({"query": "{ __typename }"})

    fits = await partner.post(body.ljust(limits.MAX_BODY_BYTES))
    larger = await partner.post(body.ljust(limits.MAX_BODY_BYTES + 1))

    assert fits.json()["data"] == {"__typename": "Query"}
    assert larger.status_code == 413
    assert larger.headers["content-type"] == "application/problem+json"


async def test_an_answer_has_5000_objects_and_no_more(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "{ tools(first: 9) { nodes { name } } }"
    # Ten for five thousand: nine tools and the connection that they stand in.
    monkeypatch.setattr(Budget.__init__, "__defaults__", (10, 100))
    told = await partner.ask(query)
    assert len(told["tools"]["nodes"]) == 9

    assert await partner.code_of(query.replace("9", "10")) == "answer_too_large"


async def test_long_texts_are_counted_however_often_they_are_asked_for(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await partner.ask("{ latestIssue { lead { body bodyHtml } } }")
    length = sum(map(len, told["latestIssue"]["lead"].values()))
    monkeypatch.setattr(Budget.__init__, "__defaults__", (5_000, 2 * length))
    twice = " ".join(f"b{n}: body h{n}: bodyHtml" for n in range(2))

    await partner.ask(f"{{ latestIssue {{ lead {{ {twice} }} }} }}")

    code = await partner.code_of(f"{{ latestIssue {{ lead {{ body {twice} }} }} }}")
    assert code == "answer_too_large"


async def test_the_largest_issue_is_within_all_limits(partner: Partner, desk: Partner) -> None:
    source = {"name": "A source", "url": "https://example.com/", "observed_at": NOON}
    metrics = {"items": [{"label": "a", "value": "1", "source": source}] * 50}
    story = {"kind": "brief", "headline": "A story", "metrics": metrics}
    entries = [
        {"source": "github", "kind": "repository", "external_id": f"a/{n}"} for n in range(200)
    ]
    document = {
        "date": "2031-01-01",
        "dateline": {"place": "Here", "weather": {"summary": "Dry", "temperature_c": 1.5}},
        "sections": [
            {**story, "kind": "lead"},
            *([story] * 45),
            {"kind": "tools", "tools": [{"name": "A tool"}] * 50},
            {"kind": "trending", "entries": entries},
            {"kind": "movers", "entries": entries[:50]},
            {"kind": "reading", "items": [{"title": "A piece"}] * 50},
        ],
    }
    made = await desk.client.post(
        "/v1/issues?publish=true", json=document, headers=dict(desk.headers)
    )
    assert made.status_code == 201, made.text

    told = await partner.ask(
        "{latestIssue{title dateline{weather{summary}}links{self}sections{slug"
        "...on StorySection{metrics{items{label source{name observedAt}}}}"
        "...on ToolsSection{tools{name}}...on TrendingSection{entries{name}}"
        "...on MoversSection{entries{name}}...on ReadingSection{items{title}}}}}"
    )

    assert len(told["latestIssue"]["sections"]) == 50


async def test_what_is_below_an_interface_is_counted_once_a_type(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of five types of section asked for all below it again, at each level."""
    walked = 0
    each = _CostWalk._each

    def counting(walk: _CostWalk, selections: Any, parent: Any, size: int) -> Iterator[int]:
        nonlocal walked
        walked += len(selections.selections)
        return each(walk, selections, parent, size)

    monkeypatch.setattr(_CostWalk, "_each", counting)
    nested = "sections{" + "id " * 100 + "}"
    for _ in range(4):
        nested = f"sections{{issue{{{nested}}}}}"

    code = await partner.code_of(f'{{node(id:"x"){{...on Section{{issue{{{nested}}}}}}}}}')

    assert code == "too_costly"
    assert walked < 1_000


async def test_a_number_of_5000_digits_is_refused_in_words_of_ours(partner: Partner) -> None:
    digits = "9" * 5_000
    for query in (f"{{issues(first:{digits}){{totalCount}}}}", f"{{issue(number:{digits}){{id}}}}"):
        (error,) = (await partner.send(query)).json()["errors"]
        assert "sys." not in error["message"]
        assert "too many digits" in error["message"]


@pytest.mark.parametrize(
    "query",
    [
        '{issue(date:"2026-5-3"){number}}',
        f"{{issue(date:{'9' * 5_000}){{number}}}}",
        'mutation{scheduleIssue(ref:"1",ifRevision:1,publishAt:"soon"){__typename}}',
    ],
)
async def test_a_wrong_scalar_is_told_with_its_place(partner: Partner, query: str) -> None:
    (error,) = (await partner.send(query)).json()["errors"]

    assert error["message"].startswith("Give a")
    assert error["locations"][0]["line"] == 1


@pytest.mark.parametrize("meta", ["__schema{queryType{name}}", '__type(name:"Issue"){name}'])
async def test_introspection_costs_a_hundred_and_comes_once(partner: Partner, meta: str) -> None:
    once = (await partner.send(f"{{{meta}}}")).json()
    field = meta.split("{")[0].split("(")[0]

    assert once["extensions"]["cost"]["requested"] == 100
    assert "errors" not in once
    code = await partner.code_of(f"{{{meta} again:{meta}}}")
    assert code == "too_costly", field


async def test_the_standard_introspection_passes(partner: Partner) -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    told = await partner.ask(query)

    assert len(told["__schema"]["types"]) > 40


WHOLE: dict[str, Any] = {
    "one whole issue": "{issue(number:11){sections{slug "
    "...on StorySection{metrics{items{source{name}}}}...on ToolsSection{tools{name}}"
    "...on TrendingSection{entries{name}}"
    "...on MoversSection{entries{name}}...on ReadingSection{items{title}}}"
    "lead{metrics{items{source{name}}}}tools{name}trending{name}movers{name}reading{title}"
    "previous{title}next{title}dateline{weather{summary}}links{self}}}",
    "twenty issues with their tools": "{issues(first:20){edges{cursor node{title tools{name}}}"
    "pageInfo{endCursor}totalCount}}",
}


@pytest.mark.parametrize("name", WHOLE)
async def test_what_everybody_wants_is_always_within_the_limits(
    partner: Partner, name: str
) -> None:
    told = (await partner.send(WHOLE[name])).json()

    assert "errors" not in told, told
    assert told["extensions"]["cost"]["requested"] <= 1_000


async def test_a_page_size_that_is_a_variable_counts_as_it_was_sent(partner: Partner) -> None:
    query = "query($n:Int){issues(first:$n){nodes{tools{name}}}}"

    costs = [
        (await partner.send(query, {"n": size})).json()["extensions"]["cost"]["requested"]
        for size in (1, 2, 90)
    ]

    assert costs[1] - costs[0] == 11
    assert costs[2] == costs[0] + 89 * 11


async def test_a_page_that_is_not_sent_counts_as_the_default(partner: Partner) -> None:
    asked = [
        "{issues{nodes{title}}}",
        "query($n:Int){issues(first:$n){nodes{title}}}",
        "query($n:Int=20){issues(first:$n){nodes{title}}}",
        "{issues(last:20){nodes{title}}}",
    ]

    costs = [
        (await partner.send(query)).json()["extensions"]["cost"]["requested"] for query in asked
    ]

    assert len(set(costs)) == 1


async def test_operations_share_the_fields_that_are_allowed(partner: Partner) -> None:
    """Each of them is validated with all that it spreads."""
    shared = f"fragment f on Query{{latestIssue{{{'id ' * 249}}}}}"
    operations = [f"query q{n}{{...f}}" for n in range(20)]

    fits = await partner.post({"query": " ".join([*operations, shared]), "operationName": "q1"})
    more = await partner.code_of(" ".join([*operations, shared.replace("id ", "id id ", 1)]))

    assert "errors" not in fits.json()
    assert more == "too_many_fields"


@pytest.mark.parametrize("body", [b"[]", b'[{"query": "{__typename}"}]'])
async def test_batches_are_refused(partner: Partner, body: bytes) -> None:
    answer = await partner.post(body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "batching_refused"


@pytest.mark.parametrize(
    ("arguments", "variables", "size"),
    [
        ("", {}, 100),
        ("(last: 30)", {}, 30),
        ("(last: $last)", {"last": 30}, 30),
        ("(last: 1)", {}, 10),
        ("(last: 1000)", {}, 100),
        ('(from: "2026-04-01", to: "2026-04-30")', {}, 30),
        ("(from: $from, to: $to)", {"from": "2026-04-01", "to": "2026-04-30"}, 30),
        ('(from: "2026-04-01", to: "2026-04-30", last: 20)', {}, 20),
        ('(from: "2026-04-01")', {}, 100),
        ("(from: $from, to: $to, last: $last)", {}, 100),
    ],
)
async def test_a_history_costs_what_it_asks_for(
    partner: Partner, arguments: str, variables: dict[str, Any], size: int
) -> None:
    names = {"last": "Int", "from": "Date", "to": "Date"}
    given = ", ".join(
        f"${name}: {type_}" for name, type_ in names.items() if "$" + name in arguments
    )
    query = f"""query{f"({given})" if given else ""} {{
        subject(source: GITHUB, kind: REPOSITORY, externalId: "a/b") {{
            history{arguments} {{ stars }} }} }}"""

    told = (await partner.send(query, variables)).json()

    assert told["extensions"]["cost"]["requested"] == 1 + size


async def test_a_history_has_one_observation_at_least(partner: Partner) -> None:
    query = """query($last: Int) { subject(source: GITHUB, kind: REPOSITORY, externalId: "a/b") {
        history(last: $last) { stars } } }"""

    for last in (0, -1, 1_001):
        assert await partner.code_of(query, last=last) == "invalid_argument"
