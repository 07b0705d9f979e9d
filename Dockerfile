# One image: web, worker, beat and migrate differ by command (docker-compose.yml).
FROM python:3.11-slim-bookworm AS parts
COPY requirements.txt .
RUN python -m venv /opt/parts \
 && /opt/parts/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/parts/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Names that Public Sans has no letters for are printed in these: Chinese, Japanese and Korean in the
# one, Arabic, Cyrillic, Greek, Hebrew, Devanagari, Thai and more in the other. 130 MB together.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-noto-cjk fonts-noto-core \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home careplan
WORKDIR /app
COPY --from=parts /opt/parts /opt/parts
COPY . .
# The key signs nothing here: it only lets the settings load. Files are named by their content.
RUN SECRET_KEY=for-collectstatic-alone python manage.py collectstatic --noinput
USER careplan
EXPOSE 8000
CMD ["gunicorn", "careplan.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm"]
