"""The worker as a process: it delivers webhooks, and ends in good order."""

import asyncio
import os
import random
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.transaction import transaction
from app.content.commands.webhooks import WebhookInput, create_endpoint
from app.content.webhook_signature import format_secret
from tests.conftest import Clock
from tests.delivery.receiver_server import receiving

pytestmark = [pytest.mark.end_to_end, pytest.mark.trial]

ROOT = Path(__file__).resolve().parents[2]


async def test_a_worker_delivers_and_ends_with_sigterm(
    settings: Settings, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    async with receiving(random.Random(1)) as receiver:
        with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
            wanted = WebhookInput(url=f"{receiver.url}/ok")
            endpoint = create_endpoint(tx, wanted, allow_private=True)
            receiver.secrets["/ok"] = [format_secret(endpoint.secret)]
        nowhere = "http://127.0.0.1:9"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app", "worker"),
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "MORNINGPOST_DATABASE_URL": settings.database_url,
                "MORNINGPOST_WEBHOOKS_ALLOW_PRIVATE": "true",
                "MORNINGPOST_HUGGINGFACE_URL": nowhere,
                "MORNINGPOST_GITHUB_URL": nowhere,
            },
            stderr=asyncio.subprocess.PIPE,
            # As a shell starts what runs in the background.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_IGN),
        )
        try:
            async with asyncio.timeout(60):
                while not receiver.came:
                    await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                _, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()

    assert [each.event["type"] for each in receiver.came] == ["webhook.ping"]
    assert receiver.came[0].is_verified
    assert (process.returncode, b"Stopped." in err) == (0, True), err
