# syntax=docker/dockerfile:1
# Causeway in a small image: built with Swift's library inside, run by nobody in particular.
#
#   docker build -t causeway .
#   docker compose -f deploy/compose.yaml up      (with PostgreSQL)

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libpq-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# What the build reads, and nothing that changes without it: documentation does not build the program anew.
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib --product causeway \
    && install -D -s "$(swift build -c release --static-swift-stdlib --show-bin-path)/causeway" /install/bin/causeway
COPY migrations /install/share/causeway/migrations
COPY openapi.yaml /install/share/causeway/

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcurl4 libpq5 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin causeway
COPY --from=build /install /usr/local
USER 10001:10001
ENV CAUSEWAY_LISTEN=0.0.0.0:8080
EXPOSE 8080
# Drains on SIGTERM: give it longer than CAUSEWAY_DRAIN.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${CAUSEWAY_LISTEN##*:} && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["causeway"]
CMD ["serve"]
