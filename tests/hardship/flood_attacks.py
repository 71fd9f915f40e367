"""What a flood is made of: requests to `/graphql` that ask for far too much, or for nonsense."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

import orjson

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Attack:
    """One request, as it goes over the wire."""

    name: str
    body: bytes | None
    """`None`: a GET."""
    query_string: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    is_allowed: bool = False
    """Whether it asks for no more than anybody may."""


def attacks() -> Iterator[Attack]:
    """All of them, each under a name of its own."""
    for name, query in _QUERIES.items():
        body = orjson.dumps({"query": query})
        yield Attack(name, body, is_allowed=name in _TOLERATED)
    for name, body in _BODIES.items():
        yield Attack(name, body, is_allowed=name in _TOLERATED)
    for name, parameters in _PARAMETERS.items():
        yield Attack(f"{name}, by GET", None, urlencode(parameters))
    yield Attack("another coding", b"\x1f\x8b" * 100, headers={**JSON, "Content-Encoding": "gzip"})
    yield Attack("no type", b'{"query": "{ __typename }"}', headers={"Content-Type": "text/plain"})


def _fragments(count: int, uses: int) -> str:
    """Fragments that each spread the next one `uses` times."""
    chain = "".join(
        f"fragment f{n} on Issue{{{' '.join([f'...f{n + 1}'] * uses)}}}" for n in range(count)
    )
    return f"{{latestIssue{{...f0}}}}{chain}fragment f{count} on Issue{{title}}"


def _nested(levels: int) -> str:
    """The issue before the issue before the issue."""
    return "{latestIssue" + "{previous" * levels + "{title}" + "}" * levels + "}"


def _aliases(count: int, field_: str = "latestIssue{title}") -> str:
    return "{" + " ".join(f"a{n}:{field_}" for n in range(count)) + "}"


_INTROSPECTED = "{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}"

_QUERIES: dict[str, str] = {
    "31 aliases": _aliases(31),
    "600 aliases": _aliases(600),
    "aliases up to the last byte": _aliases(780),
    "aliases of scalars": "{latestIssue{" + " ".join(f"a{n}:title" for n in range(900)) + "}}",
    "aliases in fragments": "{latestIssue{"
    + "...f " * 40
    + "}}fragment f on Issue{a:title b:title}",
    "51 directives": "{latestIssue{title" + " @include(if:true)" * 51 + "}}",
    "400 directives": "{latestIssue{title" + " @include(if:true)" * 380 + "}}",
    "unknown directives": "{latestIssue{title" + " @x" * 900 + "}}",
    "one directive again and again": "{latestIssue{title @skip(if:false) @skip(if:false)}}",
    "fragments doubled 30 times": _fragments(30, 2),
    "fragments doubled 60 times": _fragments(60, 2),
    "fragments tenfold": _fragments(12, 10),
    "a circle of one fragment": "{latestIssue{...f}}fragment f on Issue{...f}",
    "a circle of 200 fragments": "{latestIssue{...f0}}"
    + "".join(f"fragment f{n} on Issue{{...f{(n + 1) % 200}}}" for n in range(200)),
    "200 unused fragments": "{latestIssue{title}}"
    + "".join(f"fragment f{n} on Issue{{title}}" for n in range(200)),
    "unused fragments that double": "{latestIssue{title}}"
    + "".join(f"fragment f{n} on Issue{{...f{n + 1} ...f{n + 1}}}" for n in range(60))
    + "fragment f60 on Issue{title}",
    "one field 1,900 times": "{latestIssue{" + "title " * 1_900 + "}}",
    "one object 400 times": "{" + "latestIssue{title} " * 400 + "}",
    "objects inside one another, many times": "{"
    + "latestIssue{previous{title}next{title}} " * 150
    + "}",
    "overlapping fields that agree": "{latestIssue{"
    + "".join(f"...f{n} " for n in range(90))
    + "}}"
    + "".join(f"fragment f{n} on Issue{{title date slug number}}" for n in range(90)),
    "overlapping fields that do not": "{latestIssue{"
    + "".join(f"...f{n} " for n in range(90))
    + "}}"
    + "".join(f"fragment f{n} on Issue{{a:{'title' if n % 2 else 'date'}}}" for n in range(90)),
    "overlaps below one another": "{latestIssue{"
    + "".join(f"sections{{...f{n}}}" for n in range(60))
    + "}}"
    + "".join(f"fragment f{n} on Section{{issue{{title}}slug}}" for n in range(60)),
    "overlapping arguments": "{"
    + " ".join(f"a:issue(number:{n}){{title}}" for n in range(300))
    + "}",
    "400 unknown fields": "{" + " ".join(f"x{n}" for n in range(900)) + "}",
    "unknown fields of an issue": "{latestIssue{"
    + " ".join(f"tytle{n}" for n in range(900))
    + "}}",
    "unknown arguments": "{issue(" + " ".join(f"x{n}:1" for n in range(450)) + "){title}}",
    "unknown types": "{latestIssue{" + " ".join(f"...on T{n}{{a}}" for n in range(300)) + "}}",
    "undeclared variables": "{issue(number:1){title}"
    + "".join(f" a{n}:issue(number:$v{n}){{title}}" for n in range(150))
    + "}",
    "900 variables": "query("
    + " ".join(f"$v{n}:Int" for n in range(450))
    + "){latestIssue{title}}",
    "a name of 19 kB": "{" + "x" * 19_000 + "}",
    "200 kB of names": "{" + " ".join(f"name{n}" for n in range(20_000)) + "}",
    "200 kB of blanks": "{latestIssue{title}}" + " " * 200_000,
    "200 kB of comments": "#" + "x" * 200_000 + "\n{latestIssue{title}}",
    "commas": "{latestIssue{title" + "," * 19_000 + "}}",
    "brackets": "[" * 10_000,
    "braces": "{a" * 5_000,
    "braces that close": "{a" * 900 + "}" * 900,
    "lists in lists": "{nodes(ids:" + "[" * 900 + "]" * 900 + "){id}}",
    "objects in objects": "{issue(number:" + "{a:" * 600 + "1" + "}" * 600 + "){title}}",
    "500 ids": "{nodes(ids:[" + ",".join(f'"{n}"' for n in range(500)) + "]){id}}",
    "a number of 5,000 digits": "{issue(number:" + "9" * 5_000 + "){title}}",
    "a number that is none": '{search(query:"a",first:1e999){nodes{title}}}',
    "a string of 19 kB": '{search(query:"' + "a" * 19_000 + '"){nodes{title}}}',
    "a block string": '{search(query:"""' + '\\"""' * 4_000 + '"""){nodes{title}}}',
    "escapes": '{search(query:"' + "\\u0041" * 3_000 + '"){nodes{title}}}',
    "a string that does not end": '{search(query:"' + "a" * 10_000,
    "no number of characters": '{search(query:"\\ud800"){nodes{title}}}',
    "NUL": "{latestIssue{title\0}}",
    "the issue before, 13 levels": _nested(13),
    "the issue before, 600 levels": _nested(600),
    "issues in issues": "{issues(first:100){nodes{previous{previous{previous{previous{title}}}}}}}",
    "lists of lists": "{issues(first:100){nodes{sections{issue{sections{issue{title}}}}}}}",
    "pages of everything": "{issues(first:100){nodes{sections{slug}tools{name}reading{title}}}}",
    "a page of 101": "{issues(first:101){nodes{title}}}",
    "pages beside pages": _aliases(30, "issues(first:100){nodes{title}}"),
    "searches beside searches": _aliases(30, 'search(query:"a b c",first:100){nodes{title}}'),
    "introspection by aliases": _aliases(30, "__schema{types{name}}"),
    "introspection in circles": _INTROSPECTED,
    "introspection 21 levels down": "{__schema{types"
    + "{fields{type" * 9
    + "{name}"
    + "}}" * 9
    + "}}",
    "types by aliases": _aliases(30, '__type(name:"Issue"){fields{name type{name}}}'),
    "500 operations": " ".join(f"query q{n}{{latestIssue{{title}}}}" for n in range(250)),
    "operations of one name": "query q{latestIssue{title}} " * 20,
    "types defined": "type A{a:Int} " * 100,
    "subscriptions": "subscription{issuePublished{title} trendingUpdated{kind}}",
    "deferred": "{latestIssue{...@defer{title}}}",
    "names in another script": "{" + "é" * 5_000 + "}",
    "right to left": "{\u202elatestIssue{title}}",
    "a byte order mark in the middle": "{latestIssue\ufeff{\ufefftit\ufeffle}}",
}

_TOLERATED = frozenset(
    {
        *("one field 1,900 times", "one object 400 times", "overlapping fields that agree"),
        *("objects inside one another, many times", "issues in issues", "commas"),
        "20,000 variables",
    }
)
"""Much, but within what anybody may ask: answered, and nobody waits for it either."""

_ONE = b'{"query": "{ latestIssue { title } }"}'
_BODIES: dict[str, bytes] = {
    "a batch of two": b"[" + _ONE + b"," + _ONE + b"]",
    "a batch of 5,000": b"[" + b",".join([_ONE] * 5_000) + b"]",
    "an empty batch": b"[]",
    "5 MB of query": orjson.dumps({"query": "{" + "a" * 5_000_000 + "}"}),
    "5 MB of variables": orjson.dumps(
        {"query": "{__typename}", "variables": {"a": "b" * 5_000_000}}
    ),
    "250 kB of variables": orjson.dumps(
        {"query": "query($a:Int){issue(number:$a){title}}", "variables": {"a": ["b" * 9] * 20_000}}
    ),
    "20,000 variables": orjson.dumps(
        {
            "query": "query($v1:Int){issue(number:$v1){title}}",
            "variables": {f"v{n}": 1 for n in range(18_000)},
        }
    ),
    "variables 100,000 deep": b'{"query": "{__typename}", "variables": ' + b'{"a":' * 40_000,
    "lists 100,000 deep": b'{"query": "{__typename}", "extensions": ' + b"[" * 100_000,
    "null": b"null",
    "a number": b"1",
    "a text": b'"{ __typename }"',
    "nothing": b"",
    "no JSON": b"{ latestIssue { title } }",
    "NaN": b'{"query": "{__typename}", "variables": {"a": NaN}}',
    "a big integer": b'{"query": "{__typename}", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "invalid UTF-8": b'{"query": "{ \xff\xfe }"}',
    "a lone surrogate": b'{"query": "{ latestIssue { title } } # \\ud800"}',
    "another encoding": '{"query": "{ __typename }"}'.encode("utf-16"),
    "a query that is a list": b'{"query": ["{ __typename }"]}',
    "variables that are a list": b'{"query": "{ __typename }", "variables": [1]}',
    "one name 50,000 times": b"{" + b'"query":"{__typename}",' * 9_000 + b'"query":"{a}"}',
    "a name of the operation": orjson.dumps(
        {"query": "{__typename}", "operationName": "x" * 200_000}
    ),
    "a hash of another query": orjson.dumps(
        {
            "query": "{ __typename }",
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}},
        }
    ),
}

_PARAMETERS: dict[str, dict[str, str]] = {
    "a hash that nobody knows": {
        "extensions": orjson.dumps(
            {"persistedQuery": {"version": 1, "sha256Hash": sha256(b"x").hexdigest()}}
        ).decode()
    },
    "a mutation": {"query": 'mutation{deleteIssue(ref:"1",ifRevision:1){__typename}}'},
    "600 aliases": {"query": _aliases(600)},
    "variables that are no JSON": {"query": "{__typename}", "variables": "{" * 4_000},
    "extensions 5,000 deep": {"query": "{__typename}", "extensions": "[" * 5_000},
    "60 kB of address": {"query": "{" + "a" * 60_000 + "}"},
}
