FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# without default features: no simulators in the image
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p server --no-default-features \
    && cp target/release/kaimen /usr/local/bin/kaimen

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home kaimen \
    && install -d -o kaimen -g kaimen -m 700 /data
COPY --from=build /usr/local/bin/kaimen /usr/local/bin/kaimen
USER kaimen
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["kaimen"]
CMD ["serve", "--listen", "0.0.0.0:8080", "--data", "/data"]
