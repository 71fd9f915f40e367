"""The steps of a Dockerfile without a builder: each runs in a root that holds a base and no more.

The base is a Python and the programs of this machine, mounted read-only; wheels come from a folder.
There is no network. It needs Linux and root.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PROGRAMS = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_LINKED = ("bin", "sbin", "lib", "lib64")
_ETC = {
    "passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "group": "root:x:0:\n",
    "shadow": "root:*:1::::::\n",
    "gshadow": "root:*::\n",
    "login.defs": "UID_MIN 1000\nGID_MIN 1000\n",
    "ld.so.conf": "/usr/local/lib\n/usr/lib/x86_64-linux-gnu\n/usr/lib/aarch64-linux-gnu\n",
}
_LOOPBACK_UP = (
    "import fcntl, socket, struct; "
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 0x49))"  # SIOCSIFFLAGS
)
_STEP_SECONDS = 300
_DEVICES = ("null", "zero", "random", "urandom")


def why_not() -> str | None:
    """Why steps cannot run here; `None` if they can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "the steps of the Dockerfile need Linux and root"
    if sys.base_prefix == "/usr" or not Path(sys.base_prefix, "bin/python").exists():
        return "the base needs a Python in a folder of its own"
    if subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True).returncode:
        return "the steps of the Dockerfile need to mount"
    return None


@dataclass
class Stage:
    """One stage of an image: its root, and what the Dockerfile says of it."""

    root: Path
    wheels: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": _PROGRAMS})
    folder: str = "/"
    user: str = "0:0"
    command: Sequence[str] = ()
    health: Sequence[str] = ()
    volumes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("usr", "etc", "proc", "dev", "tmp", "root", "wheels"):
            (self.root / name).mkdir(parents=True)
        for name in _LINKED:
            there = Path("/", name)
            if there.is_symlink():
                (self.root / name).symlink_to(there.readlink())
            elif there.exists():
                (self.root / name).mkdir()
        for name, text in _ETC.items():
            (self.root / "etc" / name).write_text(text)
        # So that the library of this Python is found, and not that of the system.
        assert self.run(["/sbin/ldconfig"]).returncode == 0

    def run(
        self,
        command: Sequence[str],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        data: Path | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in the root. With `data`, as `docker run --read-only` with one volume."""
        mounts = self._mounts()
        if data is not None:
            (volume,) = self.volumes
            mounts += [
                "mount -o remount,bind,ro $root",
                f"mount --bind {data} $root{volume}",
                "mount -t tmpfs tmpfs $root/tmp",
            ]
        given = {**self.environment, **(environment or {})}
        inside = [
            *("chroot", f"--userspec={user or self.user}", str(self.root), "/usr/bin/env", "-i"),
            *(f"{name}={value}" for name, value in given.items()),
            *("sh", "-c", 'cd "$0" && exec "$@"', self.folder, *command),
        ]
        script = "\n".join(["set -e", f"root={self.root}", *mounts, f"exec {shlex.join(inside)}"])
        own = ("--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private")
        return subprocess.run(
            ["unshare", *own, "sh", "-c", script],
            capture_output=True,
            text=True,
            timeout=_STEP_SECONDS,
        )

    def _mounts(self) -> list[str]:
        real = [name for name in _LINKED if not Path("/", name).is_symlink()]
        return [
            "mount --bind $root $root",
            *(f"mount --bind -o ro /{name} $root/{name}" for name in ("usr", *real)
              if (self.root / name).is_dir()),
            f"mount --bind -o ro {sys.base_prefix} $root/usr/local",
            f"mount --bind -o ro {self.wheels} $root/wheels",
            "mount -t proc proc $root/proc",
            "mount -t tmpfs tmpfs $root/dev",
            # Each device by itself, so that no step can remove one of this machine.
            *(f"touch $root/dev/{name} && mount --bind /dev/{name} $root/dev/{name}"
              for name in _DEVICES),
            f'{sys.executable} -c "{_LOOPBACK_UP}"',
        ]  # fmt: skip


class Builder:
    """Runs the steps of a Dockerfile."""

    def __init__(self, context: Path, folder: Path, wheels: Path) -> None:
        """`context`: the checkout. `folder`: where roots are made. `wheels`: all that pip finds."""
        self._context, self._folder, self._wheels = context, folder, wheels
        self._allowed = _allowed(context / ".dockerignore")
        self._stages: dict[str, Stage] = {}
        self._stage: Stage | None = None

    def build(self) -> Stage:
        """Run all steps; return the last stage, which is the image."""
        for instruction, rest in _instructions(self._context / "Dockerfile"):
            getattr(self, f"_{instruction.lower()}")(rest)
        assert self._stage is not None
        return self._stage

    @property
    def stage(self) -> Stage:
        assert self._stage is not None, "a Dockerfile begins with FROM"
        return self._stage

    def _from(self, rest: str) -> None:
        image, _, name = rest.partition(" AS ")
        assert re.fullmatch(r"python:3\.\d+-slim", image), image
        self._stage = Stage(self._folder / f"stage-{len(self._stages)}", self._wheels)
        self._stages[name or "image"] = self._stage

    def _env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.stage.environment[name] = value.replace("$PATH", self.stage.environment["PATH"])

    def _run(self, rest: str) -> None:
        # What a builder would be given by its environment: no index is asked.
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
        done = self.stage.run(["sh", "-c", rest], environment=pip)
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"

    def _workdir(self, rest: str) -> None:
        self.stage.folder = rest
        self._inside(rest).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        words = shlex.split(rest)
        if words[0].startswith("--from="):
            stage = self._stages[words.pop(0).removeprefix("--from=")]
            source, target = words
            here = self._inside(target)
            here.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", f"{stage.root}{source}", here], check=True)
            return
        *sources, target = words
        for source in sources:
            is_allowed = any(source == a or source.startswith(f"{a}/") for a in self._allowed)
            assert is_allowed, f".dockerignore keeps {source} from the builder"
            there, here = self._context / source, self._inside(target)
            if there.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(there, here, dirs_exist_ok=True, ignore=ignored)
                continue
            if target.endswith("/"):
                here.mkdir(parents=True, exist_ok=True)
            shutil.copy(there, here)

    def _user(self, rest: str) -> None:
        self.stage.user = rest

    def _volume(self, rest: str) -> None:
        self.stage.volumes.append(rest)

    def _expose(self, rest: str) -> None:
        assert rest == "8000"

    def _healthcheck(self, rest: str) -> None:
        self.stage.health = json.loads(rest.partition("CMD ")[2])

    def _cmd(self, rest: str) -> None:
        self.stage.command = json.loads(rest)

    def _inside(self, target: str) -> Path:
        return self.stage.root / str(Path("/", self.stage.folder, target)).lstrip("/")


def _instructions(path: Path) -> list[tuple[str, str]]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [
        (word, re.sub(r"  +", " ", rest))
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]


def _allowed(path: Path) -> list[str]:
    """What the builder gets: everything is left out, but what is named."""
    lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    return [line[1:] for line in lines if line.startswith("!")]
