# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/madoguchi . \
 && mkdir -p /out/data

# No shell, no package manager: the binary, certificates and an empty data folder.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/madoguchi /madoguchi
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV DATA_DIR=/data HTTP_ADDR=:8080
VOLUME /data
EXPOSE 8080
USER nonroot
# The binary asks its own /healthz, since there is no shell or curl in the image.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/madoguchi", "health"]
ENTRYPOINT ["/madoguchi"]
CMD ["serve"]
