# One image for web, worker, beat and migrations. Not for trying out: that is `./run`.
FROM python:3.11-slim-bookworm AS build
COPY requirements.txt /build/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.txt

FROM python:3.11-slim-bookworm
# Without libharfbuzz-subset0 certificates are drawn too, but seven times slower.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
# The number is fixed: the proxy reads the private files as this group.
RUN groupadd --gid 10001 portal && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent portal \
    && install -d -o portal -g portal -m 0750 /srv/files
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=ovop_portal.settings.production \
    MEDIA_ROOT=/srv/files \
    XDG_CACHE_HOME=/tmp
WORKDIR /app
COPY . .
RUN python -m compileall -q . \
    && set -a && . deploy/portal.env.example \
    && SECRET_KEY=used-only-while-building-to-collect-the-static-files python manage.py collectstatic --no-input
USER portal
EXPOSE 8000
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--max-requests=2000", \
     "--max-requests-jitter=200", "--no-control-socket", "--worker-tmp-dir=/dev/shm", "ovop_portal.wsgi"]
