"""What a flood is made of: requests to `/graphql` that ask for far too much, or for nonsense."""

import random
from collections.abc import Callable, Iterator, Mapping
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


def attacks(turn: int = 0) -> Iterator[Attack]:
    """All of them, each under a name of its own; with another `turn`, queries never read before."""
    for name, query in _QUERIES.items():
        body = orjson.dumps({"query": query + " " * turn})
        yield Attack(name, body, is_allowed=name in _TOLERATED)
    for name, body in _BODIES.items():
        yield Attack(name, body, is_allowed=name in _TOLERATED)
    for name, parameters in _PARAMETERS.items():
        padded = {k: v + " " * turn if k == "query" else v for k, v in parameters.items()}
        yield Attack(f"{name}, by GET", None, urlencode(padded))
    for name, query_string in _QUERY_STRINGS.items():
        yield Attack(f"{name}, by GET", None, query_string)
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


def _circles() -> str:
    """Fragments that spread themselves on many ways, which meet in as many sets as there can be."""
    sides = [("previous{", "}"), ("next{", "}"), ("lead{issue{", "}}"), ("tools{issue{", "}}")]
    lengths = (7, 2)

    def fields(own: str, further: str, chain: int | None = None) -> str:
        written = ["title"]
        for number, (opened, closed) in enumerate(sides):
            if chain is None:
                begins = "" if number % 2 else f" ...c{number // 2}x1"
                written.append(f"{opened}...{own}{begins}{closed}")
            elif number // 2 != chain:
                written.append(f"{opened}...{own}{closed}")
            elif further:
                written.append(f"{opened}...{further}{closed}")
        return " ".join(written)

    chains = "".join(
        f"fragment c{chain}x{step} on Issue"
        f"{{{fields(f'c{chain}x{step}', f'c{chain}x{step + 1}' if step < most else '', chain)}}}"
        for chain, most in enumerate(lengths)
        for step in range(1, most + 1)
    )
    return f"{{latestIssue{{...h}}}}fragment h on Issue{{{fields('h', '')}}}{chains}"


def _doubled(levels: int, leaf: str, *, first: str = "") -> str:
    """Neighbours of neighbours, twice as many on each level."""
    return (
        f"{{latestIssue{{{first}...f0}}}}"
        + "".join(
            f"fragment f{n} on Issue{{{leaf} previous{{...f{n + 1}}}next{{...f{n + 1}}}}}"
            for n in range(levels)
        )
        + f"fragment f{levels} on Issue{{{leaf}}}"
    )


_INTROSPECTED = "{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}"

_QUERIES: dict[str, str] = {
    "31 aliases": _aliases(31),
    "600 aliases": _aliases(600),
    "1,000 aliases": _aliases(1_000),
    "5,000 aliases": _aliases(5_000),
    "aliases up to the last byte": _aliases(780),
    "aliases of scalars": "{latestIssue{" + " ".join(f"a{n}:title" for n in range(900)) + "}}",
    "aliases in fragments": "{latestIssue{"
    + "...f " * 40
    + "}}fragment f on Issue{a:title b:title}",
    "51 directives": "{latestIssue{title" + " @include(if:true)" * 51 + "}}",
    "400 directives": "{latestIssue{title" + " @include(if:true)" * 380 + "}}",
    "2,000 directives": "{latestIssue{title" + " @skip(if:false)" * 2_000 + "}}",
    "unknown directives": "{latestIssue{title" + " @x" * 900 + "}}",
    "one directive again and again": "{latestIssue{title @skip(if:false) @skip(if:false)}}",
    "fragments doubled 30 times": _fragments(30, 2),
    "fragments doubled 60 times": _fragments(60, 2),
    "fragments tenfold": _fragments(12, 10),
    "a circle of one fragment": "{latestIssue{...f}}fragment f on Issue{...f}",
    "a circle of 200 fragments": "{latestIssue{...f0}}"
    + "".join(f"fragment f{n} on Issue{{...f{(n + 1) % 200}}}" for n in range(200)),
    "circles that meet in every way": _circles(),
    "20 operations that share 1,100 fields": " ".join(f"query q{n}{{...a}}" for n in range(20))
    + "fragment a on Query{latestIssue{"
    + "id " * 1_100
    + "}}",
    "5,001 fields by fragments": "{latestIssue{"
    + "...f " * 20
    + "id}}fragment f on Issue{"
    + "id " * 250
    + "}",
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
    "10,000 overlapping fields": "{latestIssue{" + "a:title a:date " * 5_000 + "}}",
    "10,000 fields that agree": "{latestIssue{" + "title " * 10_000 + "}}",
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
    "sections of sections, and much below them": '{node(id:"x"){...on Section{issue{'
    + "sections{issue{" * 4
    + "sections{"
    + "id " * 1_900
    + "}"
    + "}}" * 4
    + "}}}}",
    "histories of many subjects": "{nodes(ids:["
    + ",".join(f'"U3ViamVjdDo{n}"' for n in range(90))
    + "]){...on Subject{history{stars}}}}",
    "lists of lists": "{issues(first:100){nodes{sections{issue{sections{issue{title}}}}}}}",
    "pages of everything": "{issues(first:100){nodes{sections{slug}tools{name}reading{title}}}}",
    "one more than the cost": "{"
    + " ".join(f"a{n}:tools(first:76){{nodes{{name}}}}" for n in range(13))
    + "}",
    "circular issues": _nested(8).replace("title", "previous{previous{next{next{title}}}}"),
    "neighbours doubled 9 times": _doubled(9, "id"),
    "appearances of appearances": '{subject(source:GITHUB,kind:REPOSITORY,externalId:"a/b")'
    + "{appearances{issue{trending{name issue{trending{name issue{trending{name}}}}}}}}}",
    "a page of 101": "{issues(first:101){nodes{title}}}",
    "6,030 objects": _aliases(30, "latestIssue{trending{name}}"),
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
    "a byte order mark before it": "\ufeff{latestIssue{title}}",
    "planes of Unicode": "{latestIssue{title}} #" + "\U0001f5de" * 4_900,
    "a byte order mark in the middle": "{latestIssue\ufeff{\ufefftit\ufeffle}}",
}

_TOLERATED = frozenset(
    {
        *("one field 1,900 times", "one object 400 times", "overlapping fields that agree"),
        *("objects inside one another, many times", "issues in issues", "commas"),
        *("20,000 variables", "a byte order mark before it", "planes of Unicode"),
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
    "a byte order mark before the JSON": b"\xef\xbb\xbf" + _ONE,
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
    "31 aliases": {"query": _aliases(31)},
    "circles that meet in every way": {"query": _circles()},
    "one more than the cost": {"query": _aliases(10, "tools(first:100){nodes{name}}")},
    "introspection by aliases": {"query": _aliases(30, "__schema{types{name}}")},
    "NUL": {"query": "{latestIssue{title\0}}"},
    "60 kB of address": {"query": "{" + "a" * 60_000 + "}"},
}

_QUERY_STRINGS: dict[str, str] = {
    "invalid UTF-8": "query=%7B%ff%fe%7D",
    "two queries": "query=%7B__typename%7D&query=%7B__typename%7D",
    "10,000 parameters": "&".join(f"a{n}" for n in range(10_000)),
    "nothing": "",
}


REFUSED_VARIANTS = frozenset({"a hash that nobody knows"})
"""All others ask for no more than anybody may."""


def variants(chance: random.Random) -> Mapping[str, Callable[[int], bytes]]:
    """Requests that are never the same twice: what is kept of each must not add up."""

    def unknown_hash(_turn: int) -> bytes:
        asked = {"persistedQuery": {"version": 1, "sha256Hash": chance.randbytes(32).hex()}}
        return orjson.dumps({"extensions": asked})

    def learnt(turn: int) -> bytes:
        query = f"{{latestIssue{{title}}}} # {turn} " + "x" * 15_000
        asked = {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}
        return orjson.dumps({"query": query, "extensions": {"persistedQuery": asked}})

    def texts(turn: int) -> bytes:
        return orjson.dumps({"query": f"{{latestIssue{{{'id ' * 900}}}}} # {turn}"})

    def values(query: str, count: int) -> bytes:
        given = {f"v{n}": chance.random() < 0.5 for n in range(count)}
        declared = " ".join(f"$v{n}:Boolean!" for n in range(count))
        return orjson.dumps({"query": f"query({declared}){query}", "variables": given})

    def at_the_root(_turn: int) -> bytes:
        fields = " ".join(f"latestIssue @include(if:$v{n}){{title}}" for n in range(45))
        return values(f"{{title:__typename {fields}}}", 45)

    def below_it(turn: int) -> bytes:
        shown = " ".join(f"number @include(if:$v{n})" for n in range(8))
        leaf = "id date slug title summary status revision"
        # Another document now and then: each of them has as many ways to be shown.
        return values(_doubled(8, leaf, first=f"{shown} ") + f" # {turn // 60}", 8)

    return {
        "a hash that nobody knows": unknown_hash,
        "a query to be learnt": learnt,
        "another text": texts,
        "other values at the root": at_the_root,
        "other values below it": below_it,
    }
