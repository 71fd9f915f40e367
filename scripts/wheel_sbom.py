"""Build hook: a software bill of materials in the wheel, at `.dist-info/sboms/` (PEP 770).

CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/, read 2026-11): the direct dependencies, with
those of the extras, in the versions that were tested together. No date and no random number, so
that two builds of one commit are equal.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "morningpost.cdx.json"
NOT_SHIPPED = {"dev", "contract"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


class WheelSbom(BuildHookInterface):
    """Writes the document before a wheel is built, and adds it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the file; an editable install needs none."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / NAME
        document = sbom(self.metadata, Path(self.root, "constraints.txt").read_text())
        path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")
        build_data["sbom_files"].append(str(path))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the file."""
        if version != "editable":
            self._folder.cleanup()


def sbom(metadata: Any, constraints: str) -> dict[str, Any]:
    """Write the document for the metadata of the project."""
    core = metadata.core
    wanted = [*core.dependencies]
    for extra, requirements in core.optional_dependencies.items():
        if extra not in NOT_SHIPPED:
            wanted += requirements
    names = sorted({_normal(found[0]) for text in wanted if (found := _NAME.match(text))})
    tested = {
        _normal(name): version
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", constraints, re.MULTILINE)
    }
    components = [_component(name, tested.get(name)) for name in names]
    own = {**_component(core.name, metadata.version), "type": "application"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": [
            {"ref": own["bom-ref"], "dependsOn": [each["bom-ref"] for each in components]},
        ],
    }


def _component(name: str, version: str | None) -> dict[str, Any]:
    address = f"pkg:pypi/{name}" + (f"@{version}" if version else "")
    component = {"type": "library", "name": name, "purl": address, "bom-ref": address}
    return component | ({"version": version} if version else {})


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
