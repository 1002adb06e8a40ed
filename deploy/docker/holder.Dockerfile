# The program that holds a shared GPU and tells which one it is: one static binary. Build from the root of the repository:
#   docker build -f deploy/docker/holder.Dockerfile -t tessera-gpu-holder:latest .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY tools/node/programs/go.mod tools/node/programs/go.sum ./
COPY tools/node/programs/holder ./holder
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /holder ./holder

FROM scratch
COPY --from=build /holder /holder
USER 65532:65532
ENTRYPOINT ["/holder"]
