"""Wheels of packages that are installed here, for an installation that asks no index."""

import sysconfig
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_OF_THE_INSTALLATION = frozenset({"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})


def pack(names: Iterable[str], folder: Path) -> None:
    """Pack distributions, and all that they need, into wheels as they were before."""
    wanted = [Requirement(name) for name in names]
    done: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        marker = requirement.marker
        extras = requirement.extras or {""}
        if marker is not None and not marker.evaluate({"extra": ""}):
            continue
        found = distribution(requirement.name)
        wanted += [
            Requirement(_without_extra(text))
            for text in found.requires or []
            if any(_applies(text, extra) for extra in extras)
        ]
        name = canonicalize_name(requirement.name)
        if name not in done:
            done.add(name)
            _pack_one(found, folder)


def _applies(text: str, extra: str) -> bool:
    marker = Requirement(text).marker
    return marker is None or marker.evaluate({"extra": extra})


def _without_extra(text: str) -> str:
    """Drop the marker, which was evaluated already."""
    return text.partition(";")[0].strip()


def _pack_one(found: Distribution, folder: Path) -> None:
    lines = (found.read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ").split("-") for line in lines if line.startswith("Tag: ")]
    tag = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*tags, strict=True))
    name = canonicalize_name(found.name).replace("-", "_")
    packages = Path(sysconfig.get_paths()["purelib"])
    with zipfile.ZipFile(folder / f"{name}-{found.version}-{tag}.whl", "w") as wheel:
        for file in found.files or []:
            is_outside = file.parts[0] == ".."  # a program, which pip makes anew
            if is_outside or file.suffix == ".pyc" or file.name in _OF_THE_INSTALLATION:
                continue
            wheel.write(packages / file, str(file))
