"""The Dockerfile, step by step in an empty root: it builds, and its image serves.

It takes a minute of processor time, so it runs by `make image` alone, which CI calls.
"""

import os
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.deploy import image, wheelhouse
from tests.deploy.image import Builder, Stage

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = ("postgres", "redis", "otel")
"""What deploy/ needs of the image."""

_SERVE = """
"$@" & server=$!
tries=0
until {health}; do
    tries=$((tries + 1)); test $tries -lt 300 || exit 7; sleep 0.1
done
python -c "
from urllib.request import urlopen
for path in '/v1/issues/latest', '/':
    print(urlopen('http://127.0.0.1:8000' + path).status)
"
kill -TERM $server
wait $server
echo code $?
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    if "MORNINGPOST_TEST_IMAGE" not in os.environ:
        pytest.skip("building the image takes a minute: make image")
    if (reason := image.why_not()) is not None:
        pytest.skip(reason)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        "editables",
    ]
    for extra in EXTRAS:
        needed += project["project"]["optional-dependencies"][extra]
    wheels = tmp_path_factory.mktemp("wheels")
    wheelhouse.pack(needed, wheels)
    return Builder(ROOT, tmp_path_factory.mktemp("image"), wheels).build()


def test_the_image_migrates_and_serves_as_deploy_runs_it(built: Stage, tmp_path: Path) -> None:
    """Read-only but for its volume, without rights, and with the settings of deploy/."""
    tmp_path.chmod(0o755)
    data = tmp_path / "data"
    data.mkdir()
    uid, gid = map(int, built.user.split(":"))
    assert uid == gid == 10001
    os.chown(data, uid, gid)
    settings = {
        "MORNINGPOST_DEMO": "true",
        "MORNINGPOST_REDIS_URL": "redis://127.0.0.1:1/0",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
    }

    migrated = built.run(["morningpost", "migrate"], data=data)
    assert migrated.returncode == 0, migrated.stderr
    script = _SERVE.replace("{health}", shlex.join(built.health) + " 2>/dev/null")
    served = built.run(
        ["sh", "-c", script, "serve", *built.command], environment=settings, data=data
    )

    assert served.stdout.split() == ["200", "200", "code", "0"], served.stderr
    assert "Traceback" not in served.stderr
    assert (data / "morningpost.db").exists()
