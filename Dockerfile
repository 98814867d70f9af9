# One image for `kakehashi serve` and, with another command, for workers.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /src
COPY . .
RUN pip install -c constraints.txt 'hatchling>=1.27,<2' \
 && pip install -c constraints.txt --no-build-isolation '.[deploy,workers]'

# The folders exist in the image so that new volumes take over their owner.
RUN useradd --create-home --uid 1000 kakehashi \
 && install -d -o kakehashi -g kakehashi /var/lib/kakehashi /etc/kakehashi /var/lib/dagster /var/lib/dagster/logs \
 && install -o kakehashi -g kakehashi -m 0644 deploy/dagster.yaml /var/lib/dagster/

ENV DAGSTER_HOME=/var/lib/dagster \
    DAGSTER_LOGS=/var/lib/dagster/logs \
    KAKEHASHI_HOME=/var/lib/kakehashi \
    KAKEHASHI_CONFIG=/etc/kakehashi

USER kakehashi
WORKDIR /var/lib/dagster
