# newsbot: `docker build -t newsbot .`, then `docker run -e NEWSBOT_TOKEN=… -v newsbot:/data newsbot`
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home newsbot && install -d -o newsbot -g newsbot /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH NEWSBOT_DATA=/data NEWSBOT_LOG=json PYTHONUNBUFFERED=1
USER newsbot
WORKDIR /data
VOLUME /data
ENTRYPOINT ["newsbot"]
CMD ["run"]
