# The paper in a container: one process, one volume, no rights.
#
#   docker build --tag morningpost .
#   docker run --rm --volume morningpost:/data morningpost morningpost migrate
#   docker run --rm --volume morningpost:/data morningpost morningpost keys create --name desk --scope issues:write
#   docker run --volume morningpost:/data --publish 8000:8000 \
#       --env MORNINGPOST_PUBLIC_URL=https://news.example.org morningpost
#
# Migrating is a step of its own, run once for each release before its containers start: several
# containers that start at once must not have to agree on who does it. docs/operations.md has more.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
WORKDIR /srv/morningpost
# What the dependencies hang on, and no more: a change of code does not install them again.
COPY pyproject.toml constraints.txt LICENSE README.md ./
COPY scripts/wheel_sbom.py scripts/
COPY app/__init__.py app/
# The extras that deploy/ needs: rate limits shared by nodes, and traces.
RUN /opt/venv/bin/pip install --constraint constraints.txt --editable '.[postgres,redis,otel]'
COPY alembic.ini ./
COPY alembic alembic
COPY app app
# The user below cannot write here, so what Python would compile at each start is compiled now.
RUN /opt/venv/bin/python -m compileall -q app alembic

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MORNINGPOST_DATABASE_URL=sqlite:////data/morningpost.db
# A fixed number, so that the owner of a mounted folder can be set to it from outside.
RUN groupadd --gid 10001 morningpost \
    && useradd --uid 10001 --gid morningpost --no-create-home --shell /usr/sbin/nologin morningpost \
    && install --directory --owner morningpost --group morningpost /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/morningpost /srv/morningpost
WORKDIR /srv/morningpost
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --start-interval=1s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('MORNINGPOST_PORT', 8000)}/livez\", timeout=4)"]
CMD ["morningpost", "serve", "--host", "0.0.0.0"]
