"""A yardstick: nginx with one worker, that gives the same bytes as static files.

With `open_file_cache`, as people run it, it opens no file for an answer; without, it opens one.
"""

import os
from pathlib import Path

_CONFIG = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    gzip_static on;
    {file_cache}
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/{name}-body;
    proxy_temp_path {folder}/{name}-proxy;
    fastcgi_temp_path {folder}/{name}-fastcgi;
    uwsgi_temp_path {folder}/{name}-uwsgi;
    scgi_temp_path {folder}/{name}-scgi;
    server {{
        listen 127.0.0.1:{port};
        root {answers};
    }}
}}
"""


_FILE_CACHE = "open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;"


def command(answers: Path, port: int, *, keeps_files: bool) -> list[str]:
    """Write a configuration beside the answers, and say how to start nginx with it.

    `keeps_files`: with `open_file_cache`.
    """
    folder = answers.parent
    # Started by root, workers would become somebody who may not read a private folder.
    user = "user root;" if os.geteuid() == 0 else ""
    name = f"nginx-{port}"
    config = folder / f"{name}.conf"
    config.write_text(
        _CONFIG.format(
            user=user,
            folder=folder,
            name=name,
            answers=answers,
            port=port,
            file_cache=_FILE_CACHE if keeps_files else "",
        )
    )
    return ["nginx", "-e", str(folder / f"{name}.log"), "-c", str(config)]
