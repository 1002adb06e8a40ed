"""The life of an inference through the hand-written client (0.8.0 and earlier).

Usage: handwritten.py <base url> <client id> <client secret> <name>
Prints one JSON object with what the client got. Its create request carries no Content-Type, and its model insists on every
field of autoscaling.
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone

from runai import errors
from runai.client import RunaiClient

CLUSTER = "71f69d83-ba66-4822-adf5-55ce55efd210"
DEADLINE_S = 60
SPEC = {
    "image": "model:1",
    "compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.5},
    "servingPort": {"container": 8000, "protocol": "http"},
    "autoscaling": {
        "minReplicas": 1,
        "maxReplicas": 1,
        "scaleToZeroRetentionSeconds": 0,
        "metric": "throughput",
        "metricThreshold": 1,
    },
}


def refused(call):
    try:
        call()
    except errors.RunaiHTTPError as error:
        return str(error)
    raise AssertionError("no error")


def phase(client, identity):
    try:
        return client.inference.get(identity)["actualPhase"]
    except errors.RunaiHTTPError as error:
        if "[404]" in str(error):
            return None
        raise


def until(question, wanted):
    deadline = time.monotonic() + DEADLINE_S
    while True:
        answer = question()
        if answer == wanted:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {answer}")
        time.sleep(0.1)


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def main(url, client_id, client_secret, name):
    client = RunaiClient(
        client_id=client_id, client_secret=client_secret, runai_base_url=url, cluster_id=CLUSTER
    )
    seen = {}
    created = client.inference.create(name, False, "1", CLUSTER, SPEC)
    identity = created["workloadId"]
    seen["created"] = created["actualPhase"]
    seen["twice"] = refused(lambda: client.inference.create(name, False, "1", CLUSTER, SPEC))
    until(lambda: phase(client, identity), "Running")
    seen["spec"] = client.inference.get(identity)["spec"]
    end = datetime.now(timezone.utc)
    window = {"start": text(end - timedelta(minutes=5)), "end": text(end)}
    metrics = client.inference.get_metrics(identity, metric_type="THROUGHPUT", **window)
    seen["metrics"] = [one["type"] for one in metrics["measurements"]]
    types = ["GPU_ALLOCATION", "POD_COUNT"]
    more = client.workloads.get_workload_metrics(identity, metric_type=types, **window)
    seen["workloadMetrics"] = [one["type"] for one in more["measurements"]]
    listed = client.workloads.all(filter_by=f"name=={name}")
    seen["listed"] = [one["id"] == identity for one in listed["workloads"]]
    seen["projects"] = [one["name"] for one in client.projects.all()["projects"]]
    client.inference.delete(identity)
    until(lambda: phase(client, identity), None)
    seen["gone"] = True
    print(json.dumps(seen))


main(*sys.argv[1:])
