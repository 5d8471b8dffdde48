# The twin's own images. Without a target: the whole twin on its embedded runtime in one container, for machines that
# cannot run it themselves:
#
#   docker build -t cluster-twin . && docker run --rm --init cluster-twin
#
# The docker runtime builds the targets `netadmin` and `parts`. BASE is any Debian bookworm that has Node and npm; the
# Node that runs the twin is the one package-lock.json pins.
ARG BASE=node:24-bookworm-slim

# Holds a pod's network namespace, and writes packet filter rules into it when started with NET_ADMIN.
FROM ${BASE} AS netadmin
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends iproute2 iptables \
 && rm -rf /var/lib/apt/lists/*
# It has nothing to save, and a process 1 without a handler would ignore SIGTERM for the engine's 10 s.
STOPSIGNAL SIGKILL
ENTRYPOINT []
CMD ["sleep", "infinity"]

# The programs that stand in the data path: `docker run cluster-twin/parts sim/parts/<role>/main.ts`.
FROM ${BASE} AS parts
WORKDIR /twin
COPY package.json package-lock.json ./
# The optional packages are Postgres' binaries, which are a container of their own on this runtime.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force
COPY topology topology
COPY sim sim
# Compiled once here and not in every container: without its configuration each program ends at once.
ENV NODE_COMPILE_CACHE=/twin/.compile
RUN mkdir .compile && chown 1000:1000 .compile
USER 1000:1000
RUN for role in api edge phone resolver worker; do node_modules/.bin/node sim/parts/$role/main.ts; done; \
    node_modules/.bin/node sim/runtimes/docker/asker.ts; true
ENTRYPOINT ["/twin/node_modules/.bin/node"]

# The embedded runtime inside one container, as an ordinary user.
FROM ${BASE} AS embedded
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends redis-server \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /twin
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY . .
RUN useradd --system --create-home twin \
 && mkdir -p reports/out .cache \
 && chown -R twin: reports/out .cache
USER twin
ENTRYPOINT ["npm", "run", "rehearse", "--"]
