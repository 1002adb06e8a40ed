# The program that holds a shared GPU and reports which one it is: one static binary. Build from the root of the repository:
#   docker build -f deploy/docker/reservation.Dockerfile -t tessera-gpu-reservation:latest .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY libs/dev-services/src/node/programs/go.mod libs/dev-services/src/node/programs/go.sum ./
COPY libs/dev-services/src/node/programs/reservation ./reservation
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /reservation ./reservation

FROM scratch
COPY --from=build /reservation /reservation
USER 65532:65532
ENTRYPOINT ["/reservation"]
