# One image for every process of ours; docker-compose.yml says which command each one runs.
FROM python:3.11-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv --without-pip /venv
COPY requirements.txt ./
# Wheels, each with its hash; http-ece alone is published as source only, of a few Python files.
RUN pip --python /venv/bin/python install \
    --require-hashes --no-deps --only-binary :all: --no-binary http-ece -r requirements.txt
COPY . .
# The settings of production refuse to start without these; none of them reaches the image.
RUN ENV_FILE= ENVIRONMENT=production LOG_FILE=none ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgresql://nobody@build.invalid/nothing \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    ENV_FILE="" ENVIRONMENT=production LOG_FILE=none PORT=8000
RUN pip uninstall --yes --quiet --root-user-action ignore setuptools wheel pip \
    && useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin shop \
    && install -d /app && install -d -o shop -g shop /app/media /app/var
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER shop
# Photos, unless they are in a bucket; the head of the audit chain.
VOLUME ["/app/media", "/app/var"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
    CMD ["python", "deploy/healthy.py", "8000"]
CMD ["python", "manage.py", "web", "--host", "0.0.0.0"]
