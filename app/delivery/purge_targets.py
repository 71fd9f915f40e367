"""Where purges go, and the request that each sort of edge cache wants.

Fastly API, "Purge multiple surrogate key tags"; Cloudflare API, "Purge cache by cache-tags"; the
module xkey of Varnish. All read 2026-11.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, assert_never

import httpx

Sort = Literal["url", "fastly", "cloudflare"]

KEYS_AT_ONCE: dict[Sort, int] = {
    # 100 keys stay below the 8 kB that Varnish reads of a header field.
    "url": 100,
    "fastly": 256,
    # 100 is the limit for all plans; older ones had 30.
    "cloudflare": 30,
}
_API = re.compile(r"(fastly|cloudflare):([A-Za-z0-9]{1,64})")


@dataclass(frozen=True, slots=True)
class PurgeTarget:
    """One edge cache that is asked to drop what changed."""

    sort: Sort
    address: str
    """A URL, or the id of a service or zone."""
    token: str | None = None

    @property
    def name(self) -> str:
        """The name for logs and for the position in the event log, without credentials."""
        if self.sort != "url":
            return f"{self.sort}:{self.address}"
        url = httpx.URL(self.address)
        port = f":{url.port}" if url.port else ""
        return f"{url.scheme}://{url.host}{port}"

    @property
    def reader_name(self) -> str:
        """The name of its reader of the event log, at most 100 characters."""
        return f"purge {sha256(self.address.encode()).hexdigest()[:16]} {self.name}"[:100]

    def requests(self, keys: Sequence[str]) -> Iterator[httpx.Request]:
        """Make the requests that purge keys."""
        size = KEYS_AT_ONCE[self.sort]
        for start in range(0, len(keys), size):
            yield self._request(list(keys[start : start + size]))

    def _request(self, keys: list[str]) -> httpx.Request:
        match self.sort:
            case "url":
                return httpx.Request(
                    "PURGE", self.address, headers={"Surrogate-Key": " ".join(keys)}
                )
            case "fastly":
                return httpx.Request(
                    "POST",
                    f"https://api.fastly.com/service/{self.address}/purge",
                    headers={"Fastly-Key": self.token or "", "Accept": "application/json"},
                    json={"surrogate_keys": keys},
                )
            case "cloudflare":
                return httpx.Request(
                    "POST",
                    f"https://api.cloudflare.com/client/v4/zones/{self.address}/purge_cache",
                    headers={"Authorization": f"Bearer {self.token or ''}"},
                    json={"tags": keys},
                )
        assert_never(self.sort)


def purge_target(text: str, *, token: str | None) -> PurgeTarget:
    """Read a target of `MORNINGPOST_PURGE_URLS`, which the settings have checked."""
    if api := _API.fullmatch(text):
        return PurgeTarget("fastly" if api[1] == "fastly" else "cloudflare", api[2], token)
    return PurgeTarget("url", text)
