"""What people copy from deploy/, judged by the tools that read it, where they are installed."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from app.cli.commands import command_line
from app.config import Settings
from tests.deploy.proxies import DEPLOY, needs

pytestmark = pytest.mark.end_to_end

yaml = pytest.importorskip("yaml")

FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes/morningpost.yaml").read_text()))
SET_BY_KUBERNETES = {"SERVICE_HOST"}
"""An example, in a comment, of what the settings refuse."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_names_settings_and_commands_that_exist(path: Path) -> None:
    written = path.read_text()
    known = {name.upper() for name in Settings.model_fields} | SET_BY_KUBERNETES
    commands = set(typer.main.get_command(command_line()).commands)  # type: ignore[attr-defined]

    named = set(re.findall(r"MORNINGPOST_([A-Z_]+)", written))
    assert named <= known
    started = re.findall(r"(?:bin/|\[|node-1 )morningpost,? ([a-z]+)", written)
    assert set(started) <= commands


@pytest.mark.slow
def test_compose_fits_its_schema() -> None:
    """Docker's own command is not needed for it."""
    checking = pytest.importorskip(
        "check_jsonschema", reason="check-jsonschema is not installed: pip install it"
    )
    assert checking is not None
    file = str(DEPLOY / "compose.yaml")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    judged = subprocess.run([*command, file], capture_output=True, text=True, check=False)

    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_compose_has_what_two_nodes_need() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    assert {"database", "limits", "migrate", "node-1", "node-2", "worker", "varnish"} == set(
        services
    )
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
    assert services["node-1"] == services["node-2"]


def test_varnish_in_compose_asks_both_nodes() -> None:
    """The image changes two addresses of deploy/varnish.vcl as it is built."""
    inline: str = COMPOSE["services"]["varnish"]["build"]["dockerfile_inline"]
    command = re.search(r"^RUN (sed .*?) /etc/varnish", inline, re.MULTILINE | re.DOTALL)
    assert command
    script = command[1].replace("\\\n", " ").replace(" -i ", " ")
    vcl = (DEPLOY / "varnish.vcl").read_text()
    made = subprocess.run(
        ["sh", "-c", script], input=vcl, capture_output=True, text=True, check=True
    ).stdout

    hosts = re.findall(r'\.host = "(.*)";\n    \.port = "(.*)";', made)
    assert hosts == [("node-1", "8000"), ("node-2", "8000")]


def test_kubernetes_manifests_fit_their_schema() -> None:
    validate = pytest.importorskip(
        "kubernetes_validate", reason="kubernetes-validate is not installed: pip install it"
    )
    for manifest in KUBERNETES:
        validate.validate(manifest, validate.latest_version(), strict=True)


def _containers() -> Iterator[dict[str, Any]]:
    for manifest in KUBERNETES:
        pod = manifest.get("spec", {}).get("template", {}).get("spec")
        if pod is not None:
            assert pod["enableServiceLinks"] is False, manifest["metadata"]["name"]
            assert pod["securityContext"]["runAsUser"] == 10001
            yield from pod["containers"]


def test_kubernetes_runs_what_the_image_holds_and_asks_what_the_server_answers() -> None:
    containers = list(_containers())

    assert {container["args"][1] for container in containers} == {"migrate", "serve", "worker"}
    server = next(each for each in containers if each["name"] == "server")
    probes = {name: server[name]["httpGet"]["path"] for name in server if name.endswith("Probe")}
    assert probes == {
        "readinessProbe": "/readyz",
        "livenessProbe": "/livez",
        "startupProbe": "/livez",
    }


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = needs("systemd-analyze", "systemd")
    unit = (DEPLOY / "morningpost@.service").read_text()
    # Its own program is not installed here.
    copy = tmp_path / "morningpost@.service"
    copy.write_text(unit.replace("/opt/morningpost/bin/morningpost", sys.executable))
    judged = subprocess.run(
        [program, "verify", str(copy)], capture_output=True, text=True, check=False
    )

    ours = [line for line in judged.stderr.splitlines() if "morningpost@" in line]
    assert (judged.returncode, ours) == (0, [])


def test_prometheus_understands_the_alerts() -> None:
    program = needs("promtool", "prometheus")
    judged = subprocess.run(
        [program, "check", "rules", str(DEPLOY / "alerts.yml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_caddy_understands_its_file(tmp_path: Path) -> None:
    program = needs("caddy", "caddy")
    command = [program, "adapt", "--adapter", "caddyfile", "--validate"]
    judged = subprocess.run(
        [*command, "--config", str(DEPLOY / "Caddyfile")],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )

    assert judged.returncode == 0, judged.stderr
    (server,) = json.loads(judged.stdout)["apps"]["http"]["servers"].values()
    assert "reverse_proxy" in json.dumps(server)
