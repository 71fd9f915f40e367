"""A yardstick: nginx with one worker, that gives the same bytes as static files."""

import os
from pathlib import Path

_CONFIG = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    gzip_static on;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    server {{
        listen 127.0.0.1:{port};
        root {answers};
    }}
}}
"""


def command(answers: Path, port: int) -> list[str]:
    """Write a configuration beside the answers, and say how to start nginx with it."""
    folder = answers.parent
    # Started by root, workers would become somebody who may not read a private folder.
    user = "user root;" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(user=user, folder=folder, answers=answers, port=port))
    return ["nginx", "-e", str(folder / "nginx.log"), "-c", str(config)]
