# An image with only the program: docker run --rm -v "$PWD:/work" preauth check
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --locked --profile dist --package preauth \
    && cp target/dist/preauth /preauth

FROM scratch
COPY --from=build /preauth /preauth
WORKDIR /work
ENTRYPOINT ["/preauth"]
