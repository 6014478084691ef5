# syntax=docker/dockerfile:1
# newsbot: see docs/deploy.md. `deploy/try_image.sh` takes the same steps where there is no Docker.
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
# strip, for the libraries' debugging symbols; nothing of this stage but /wheels reaches the image
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements.lock ./
RUN pip wheel --no-cache-dir --require-hashes --requirement requirements.lock --wheel-dir /wheels
COPY deploy/thin_wheels.py deploy/
RUN python deploy/thin_wheels.py /wheels
COPY pyproject.toml README.md LICENSE bot.py ./
COPY newsbot newsbot
COPY handlers handlers
COPY playground playground
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="newsbot" \
      org.opencontainers.image.description="A Telegram bot that delivers technology-news digests" \
      org.opencontainers.image.licenses="MIT"
# All that is written is in /data and /tmp: the rest may be read-only, and pip leaves nothing of its own.
ENV NEWSBOT_DATA=/data \
    NEWSBOT_HTTP=0.0.0.0:8080 \
    NEWSBOT_LOG=json \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin newsbot \
    && install --directory --owner=newsbot --group=newsbot --mode=700 /data
# from the wheels alone: no network, no cache; installing also compiles, so that starting need not
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-deps --root-user-action=ignore /wheels/*.whl
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# http.client takes no proxy from the environment; whoever moves the door (NEWSBOT_HTTP) moves this too
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["newsbot"]
CMD ["run"]
