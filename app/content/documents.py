"""The issue document: its input shapes, validation, defaults, and compilation to bytes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import orjson
from pydantic import Field

from app.content.blocks.base import SectionInput, SectionOutput, slug_of
from app.content.blocks.registry import AnySectionInput, block_of
from app.content.markdown import Rendered
from app.content.markdown.rendered import Stored
from app.content.validation import invalid, validate
from app.errors import Fault
from app.models.provenance import Provenance
from app.models.values import (
    MAX_SLUG,
    FiniteNumber,
    IssueDate,
    PositiveInteger,
    Shape,
    ShortText,
    Slug,
    Summary,
    Title,
)

COMPILER_VERSION = 7
"""Raised when the sanitiser or a read form improves; `migrate` then recompiles old revisions."""

MAX_SECTIONS = 50

RESERVED_SLUGS = frozenset({"latest", "validate", "import"})


class Weather(Shape):
    """The weather at the place of the dateline."""

    summary: Summary | None = Field(default=None, description='In words, such as "Cloudy".')
    temperature_c: FiniteNumber | None = Field(default=None, description="In degrees Celsius.")


class Dateline(Shape):
    """Where the issue was written, and under what sky."""

    place: ShortText | None = Field(default=None, description="The place.")
    weather: Weather | None = Field(default=None, description="The weather there.")


def _read_only(description: str) -> object:
    return Field(
        default=None, exclude=True, description=description, json_schema_extra={"readOnly": True}
    )


class IssueInput(Shape):
    """An issue as it is posted; what is left out is filled in when it is saved."""

    number: PositiveInteger | None = Field(
        default=None, description="Its number; one above the highest in use by default."
    )
    date: IssueDate | None = Field(default=None, description="Its day: one issue a day.")
    slug: Slug | None = Field(
        default=None,
        description="Its name in an address; by default `issue-<number>`, or where that is taken "
        "`issue-<number>-2` and so on.",
    )
    title: Title | None = Field(default=None, description="The lead's headline by default.")
    summary: Summary | None = Field(default=None, description="The lead's standfirst by default.")
    dateline: Dateline | None = Field(default=None, description="Where it was written.")
    provenance: Provenance | None = Field(
        default=None, description="Who or what wrote it; a section's own takes precedence."
    )
    sections: list[AnySectionInput] | None = Field(
        default=None,
        max_length=MAX_SECTIONS,
        description="The blocks of the paper, in print order, each typed by its `kind`.",
    )
    corrections: object = _read_only("Ignored.")
    status: object = _read_only("Ignored on create; else it must be the present one.")
    revision: object = _read_only("Ignored on create; else it must be the present one.")
    published_revision: object = _read_only("Ignored on create; else it must be the present one.")
    publish_at: object = _read_only("Ignored on create; else it must be the present one.")
    published_at: object = _read_only("Ignored.")
    created_at: object = _read_only("Ignored.")
    updated_at: object = _read_only("Ignored.")
    links: object = _read_only("Ignored.")
    warnings: object = _read_only("Ignored: the answer of a publication has them.")


class IssueCreate(IssueInput):
    """A new issue: only its date is required."""

    date: IssueDate = Field(description="Its day: one issue a day.")


class IssueImport(IssueCreate):
    """A line of an import: an issue, and beside it what is in print where that is not the same."""

    printed: IssueInput | None = Field(
        default=None,
        exclude=True,
        description="The document in print, or pinned for it, where the issue was saved since. Its "
        "number, date and slug are those of the issue and may be left out.",
    )


@dataclass(frozen=True, slots=True)
class Compiled:
    """A document compiled to the bytes that answers are spliced from."""

    issue: IssueInput = field(compare=False)
    """The source document."""
    document: str
    summary: bytes
    sections: bytes
    read: tuple[SectionOutput, ...]
    """The sections in their read form."""
    each: tuple[bytes, ...]
    """The bytes of each section, as in `sections`."""


def read_issue(payload: Mapping[str, object], rendered: Rendered | None = None) -> IssueCreate:
    """Validate a whole document: first its fields, then rules that span several fields.

    `rendered` collects the HTML of its bodies.

    Raises:
        ContentInvalid: with all faults.
    """
    issue = validate(IssueCreate, payload)
    faults = list(_faults(issue, rendered or Rendered()))
    if faults:
        raise invalid(faults)
    return issue


def read_import(payload: Mapping[str, object], rendered: Rendered | None = None) -> IssueImport:
    """Validate a line of an import like `read_issue`, with its `printed` document.

    Raises:
        ContentInvalid: with all faults.
    """
    issue = validate(IssueImport, payload)
    rendered = rendered or Rendered()
    faults = list(_faults(issue, rendered))
    if issue.printed is not None:
        faults += [fault.below("/printed") for fault in _faults(issue.printed, rendered)]
        faults += [
            Fault(f"/printed/{name}", "not_as_issue", f"Leave it out, or give the issue's {name}.")
            for name in ("number", "date", "slug")
            if getattr(issue.printed, name) not in (None, getattr(issue, name))
        ]
    if faults:
        raise invalid(faults)
    return issue


def _faults(issue: IssueInput, rendered: Rendered) -> Iterator[Fault]:
    if issue.slug is not None and not _may_be_slug(issue.slug):
        yield Fault(
            "/slug",
            "reserved",
            "Choose another slug: numbers, dates and the words "
            f"{', '.join(sorted(RESERVED_SLUGS))} are reserved.",
        )
    seen_slugs: set[str] = set()
    seen_kinds: Counter[str] = Counter()
    for place, section in enumerate(issue.sections or ()):
        block = block_of(section.kind)
        for fault in block.faults(section):
            yield fault.below(f"/sections/{place}")
        for pointer, body in block.bodies(section):
            if refusal := rendered.refusal(body):
                yield Fault(f"/sections/{place}{pointer}", refusal.code, refusal.detail)
        if section.slug is not None and section.slug in seen_slugs:
            yield Fault(
                f"/sections/{place}/slug",
                "duplicate",
                "Another section of the issue has this slug.",
            )
        if block.at_most_once and seen_kinds[section.kind]:
            yield Fault(
                f"/sections/{place}/kind",
                "at_most_once",
                f"An issue has at most one section of kind {section.kind}.",
            )
        seen_kinds[section.kind] += 1
        seen_slugs.update([section.slug] if section.slug is not None else ())


def _may_be_slug(slug: str) -> bool:
    digits = slug.replace("-", "")
    looks_like_date = len(slug) == 10 and slug[4] == slug[7] == "-" and digits.isdigit()
    return not (slug.isdigit() or looks_like_date or slug in RESERVED_SLUGS)


def print_faults(issue: IssueInput) -> list[Fault]:
    """Return what prevents publication: an issue needs exactly one lead."""
    leads = [place for place, section in enumerate(issue.sections or ()) if section.kind == "lead"]
    if not leads:
        return [Fault("/sections", "no_lead", "An issue in print has exactly one lead; add one.")]
    return [
        Fault(f"/sections/{place}/kind", "second_lead", "An issue in print has exactly one lead.")
        for place in leads[1:]
    ]


def warnings_of(issue: IssueInput) -> list[Fault]:
    """Return warnings for an editor, including what prevents publication."""
    found = print_faults(issue)
    for place, section in enumerate(issue.sections or ()):
        found += [
            warning.below(f"/sections/{place}")
            for warning in block_of(section.kind).warnings(section)
        ]
    return found


def complete(issue: IssueInput, *, number: int, slug: str | None = None) -> IssueInput:
    """Fill in all defaults, as a revision stores them.

    `slug` is the default slug if `issue-<number>` is taken.
    """
    sections = _with_slugs([block_of(s.kind).complete(s) for s in issue.sections or ()])
    lead = next((section for section in sections if section.kind == "lead"), None)
    return issue.model_copy(
        update={
            "number": number,
            "slug": issue.slug or slug or f"issue-{number}",
            "title": issue.title if issue.title is not None else getattr(lead, "headline", None),
            "summary": issue.summary if issue.summary is not None else lead and lead.standfirst,
            "sections": sections,
        }
    )


def _with_slugs(sections: Sequence[SectionInput]) -> list[SectionInput]:
    taken = {section.slug for section in sections if section.slug is not None}
    done = []
    for section in sections:
        if section.slug is None:
            source = block_of(section.kind).slug_source(section)
            base = slug_of(source) or section.kind.replace("_", "-")
            slug = next(slug for slug in default_slugs(base) if slug not in taken)
            taken.add(slug)
            section = section.model_copy(update={"slug": slug})
        done.append(section)
    return done


def default_slugs(base: str) -> Iterator[str]:
    """Yield default slugs to try: `base`, `base-2`, `base-3` and so on."""
    yield base
    for number in count(2):
        ending = f"-{number}"
        yield base[: MAX_SLUG - len(ending)].rstrip("-") + ending


def compile_issue(issue: IssueInput, rendered: Rendered | None = None) -> Compiled:
    """Compile a completed document to canonical bytes with members in contract order.

    `rendered` provides the HTML of bodies that were rendered before.
    """
    known = rendered or Rendered()
    kept = issue.model_dump()
    sections = kept.pop("sections")
    read = tuple(
        block_of(section.kind).read_form(section, known) for section in issue.sections or ()
    )
    each = tuple(orjson.dumps(section.model_dump()) for section in read)
    return Compiled(
        issue=issue,
        document=orjson.dumps({**kept, "sections": sections}).decode(),
        summary=orjson.dumps(kept),
        sections=b"[%b]" % b",".join(each),
        read=read,
        each=each,
    )


def stored_bodies(compiled_sections: bytes) -> Iterator[Stored]:
    """Yield the bodies in compiled sections, each with its slug and HTML."""
    for section in orjson.loads(compiled_sections):
        if section.get("body") is not None and section.get("body_html") is not None:
            yield section["body"], section["slug"], section["body_html"]


def stored_issue(document: str) -> IssueInput:
    """Parse the stored document of a revision."""
    return IssueInput.model_validate(orjson.loads(document))
