"""What machines look for: true to its standards, also before the first issue."""

import re
from datetime import timedelta
from xml.etree import ElementTree as Xml

import httpx
import pytest
from pydantic import ValidationError

from app.config import Settings
from app.main import create_app
from tests.conftest import Clock
from tests.counted import counted
from tests.factories import make_issue

pytestmark = pytest.mark.anyio

FILES = ("/sitemap.xml", "/robots.txt", "/llms.txt", "/.well-known/security.txt")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def security_of(settings: Settings, **changes: object) -> dict[str, str]:
    """The fields of security.txt under other settings."""
    app = create_app(settings.model_copy(update=changes))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:
            text = (await client.get("/.well-known/security.txt")).text
    return dict(line.split(": ", 1) for line in text.splitlines())


@pytest.mark.parametrize(
    ("public_url", "contact", "is_canonical"),
    [
        ("https://post.example", "mailto:security@post.example", True),
        ("http://post.example:81", "mailto:security@post.example", False),
        ("http://127.0.0.1:8000", "mailto:security@%5B127.0.0.1%5D", False),
        ("http://[::1]:8000", "mailto:security@%5BIPv6%3A%3A%3A1%5D", False),
    ],
)
async def test_somebody_can_be_told_of_a_hole(
    settings: Settings, public_url: str, contact: str, is_canonical: bool
) -> None:
    fields = await security_of(settings, public_url=public_url)

    assert fields["Contact"] == contact
    assert ("Canonical" in fields) is is_canonical
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["Expires"])


async def test_the_contact_of_the_settings_comes_first(settings: Settings) -> None:
    fields = await security_of(settings, security_contact="https://post.example/security")

    assert fields["Contact"] == "https://post.example/security"


@pytest.mark.parametrize("contact", ["me", "http://post.example/", "mailto:me", "https://", "a@b"])
def test_a_contact_that_the_rfc_does_not_know_is_refused(contact: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"security_contact": contact})


async def test_nothing_is_kept_past_the_first_publication(
    client: httpx.AsyncClient, editor: dict[str, str], clock: Clock
) -> None:
    """Before the first issue nothing that is read tells of the next one."""
    await client.post("/v1/issues", json=make_issue(number=95), headers=editor)
    soon = clock() + timedelta(seconds=25)
    when = {"publish_at": soon.isoformat()}
    headers = {**editor, "If-Match": "*"}
    done = await client.post("/v1/issues/95/schedule", json=when, headers=headers)
    assert done.status_code == 200, done.text

    for path in ("/", "/issues", "/sitemap.xml", "/llms.txt", "/feeds/issues.atom", "/search?q=a"):
        assert (await client.get(path)).headers["cache-control"] == "public, max-age=25", path


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
async def test_the_sitemap_lists_what_there_is(client: httpx.AsyncClient) -> None:
    with counted() as statements:
        answer = await client.get("/sitemap.xml")
    root = Xml.fromstring(answer.content)
    addresses = [loc.text for loc in root.iter(f"{SITEMAP}loc")]

    # The freshness of both, one slice of each, and where the slices of subjects end.
    assert len(statements) == 5
    assert len(set(addresses)) == len(addresses)
    for wanted in ("issues/12", "trending/github/repository/demo-kittiwake/lamplighter", "tools"):
        assert f"http://paper.test/{wanted}" in addresses
    for address in addresses:
        assert address is not None
        assert (await client.get(address)).status_code == 200, address
    for changed in root.iter(f"{SITEMAP}lastmod"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", changed.text or "")


async def test_llms_txt_is_in_its_form(client: httpx.AsyncClient, editor: dict[str, str]) -> None:
    empty = (await client.get("/llms.txt")).text
    title = "A [bracket] (and) a *star*"
    issue = make_issue(number=95, title=title)
    await client.post("/v1/issues?publish=true", json=issue, headers=editor)
    full = (await client.get("/llms.txt")).text

    assert "## Newest issues" not in empty
    for text in (empty, full):
        assert re.match(r"# .+\n\n> .+\n\n", text)
        for line in text.splitlines():
            if line.startswith("- "):
                assert re.fullmatch(r"- \[.+\]\(http://paper\.test/[^\s()<>]+\)(: .+)?", line)
    assert r"[A \[bracket\]" in full


async def test_they_are_data_and_no_pages(client: httpx.AsyncClient) -> None:
    for path in (*FILES, "/feeds/issues.atom", "/feeds/movers.rss", "/feeds/sections/lead.json"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'", path
        assert answer.headers["x-content-type-options"] == "nosniff"
