"""The life of an inference through the generated client (1.218 and later).

Usage: generated.py <base url> <client id> <client secret> <name>
Prints one JSON object with what the client got. Replies are also read into the client's strict models.
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone

from runai import models
from runai.api_client import ApiClient
from runai.configuration import Configuration
from runai.exceptions import ApiException
from runai.runai_client import RunaiClient

CLUSTER = "71f69d83-ba66-4822-adf5-55ce55efd210"
DEADLINE_S = 60
METRICS = ["THROUGHPUT", "LATENCY"]
WORKLOAD_METRICS = ["GPU_ALLOCATION", "CPU_REQUEST_CORES", "POD_COUNT", "RUNNING_POD_COUNT"]


def until(question, holds):
    """Asks until the answer holds; the last answer is part of the error."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        answer = question()
        if holds(answer):
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {answer}")
        time.sleep(0.1)


def read_into(name, data):
    """Reads a reply into a strict model of the client."""
    getattr(models, name).from_dict(data)


def without_none(value):
    """The value without the fields that the client sent as null."""
    if isinstance(value, dict):
        return {name: without_none(one) for name, one in value.items() if one is not None}
    return [without_none(one) for one in value] if isinstance(value, list) else value


def refused(call):
    """Status and body of the error that the call must give."""
    try:
        answer = call()
    except ApiException as error:
        return {"status": error.status, "error": type(error).__name__, "body": error.data}
    raise AssertionError(f"no error but {answer.status_code}")


def spec():
    """Half a GPU, with every part that the client insists on."""
    return models.InferenceSpecSpec.from_dict(
        {
            "image": "model:1",
            "imagePullPolicy": "IfNotPresent",
            "environmentVariables": [{"name": "MODE", "value": "test"}],
            "compute": {
                "gpuDevicesRequest": 1,
                "gpuRequestType": "portion",
                "gpuPortionRequest": 0.5,
                "cpuCoreRequest": 0.5,
                "cpuMemoryRequest": "100M",
            },
            "servingPort": {"container": 8000, "protocol": "http"},
            "autoscaling": {"minReplicas": 1, "maxReplicas": 2, "metric": "concurrency", "metricThreshold": 5},
        }
    )


def main(url, client_id, client_secret, name):
    configuration = Configuration(client_id=client_id, client_secret=client_secret, runai_base_url=url)
    client = RunaiClient(ApiClient(configuration))
    inferences = client.workloads.inferences
    workloads = client.workloads.workloads
    seen = {}

    request = models.InferenceCreationRequest(name=name, project_id="1", cluster_id=CLUSTER, spec=spec())
    created = inferences.create_inference1(request)
    read_into("Inference1", created.data)
    identity = created.data["workloadId"]
    seen["created"] = {"status": created.status_code, "phase": created.data["actualPhase"]}
    seen["twice"] = refused(lambda: inferences.create_inference1(request))
    unknown = models.InferenceCreationRequest(name=f"{name}-x", project_id="987654", cluster_id=CLUSTER, spec=spec())
    seen["unknownProject"] = refused(lambda: inferences.create_inference1(unknown))

    running = until(lambda: inferences.get_inference(identity), lambda got: got.data["actualPhase"] == "Running")
    read_into("Inference1", running.data)
    seen["echoed"] = running.data["spec"] == request.to_dict()["spec"]
    seen["spec"] = without_none(running.data["spec"])

    listed = workloads.get_workloads(filter_by=[f"name=={name}", "type==Inference"], sort_by="createdAt", limit=10)
    seen["listed"] = [one["id"] == identity for one in listed.data["workloads"]]
    read_into("GetWorkloads200Response", listed.data)
    read_into("Workload", workloads.get_workload(identity).data)
    seen["count"] = workloads.count_workloads(filter_by=[f"name=={name}"]).data["count"]
    telemetry = workloads.get_workloads_telemetry(telemetry_type="WORKLOADS_COUNT", group_by=["Phase"])
    read_into("TelemetryResponse", telemetry.data)
    seen["telemetry"] = telemetry.data["type"]

    end = datetime.now(timezone.utc)
    window = {"start": end - timedelta(minutes=5), "end": end, "number_of_samples": 10}
    metrics = inferences.get_inference_workload_metrics(identity, metric_type=METRICS, **window)
    read_into("MetricsResponse", metrics.data)
    seen["metrics"] = {
        "status": metrics.status_code,
        "types": [one["type"] for one in metrics.data["measurements"]],
    }
    naive = {**window, "start": window["start"].replace(tzinfo=None), "end": window["end"].replace(tzinfo=None)}
    more = workloads.get_workload_metrics(identity, metric_type=WORKLOAD_METRICS, **naive)
    read_into("MetricsResponse", more.data)
    seen["workloadMetrics"] = [one["type"] for one in more.data["measurements"]]

    pods = client.workloads.pods.get_workload_pods(identity)
    read_into("ListPods200Response", pods.data)
    pod = pods.data["pods"][0]
    seen["pods"] = [one["currentPhase"] if "currentPhase" in one else one.get("k8sPhase") for one in pods.data["pods"]]
    pod_metrics = inferences.get_inference_workload_pod_metrics(identity, pod["id"], metric_type=METRICS, **window)
    read_into("MetricsResponse", pod_metrics.data)
    seen["podMetrics"] = [one["type"] for one in pod_metrics.data["measurements"]]
    events = client.workloads.events.get_workload_events(identity)
    read_into("GetWorkloadEvents200Response", events.data)
    seen["events"] = sorted({one["reason"] for one in events.data["events"]})
    history = client.workloads.events.get_workload_history(identity)
    read_into("GetWorkloadHistory200Response", history.data)
    seen["history"] = len(history.data["records"]) > 2

    organisation = client.organizations
    projects = organisation.projects.get_projects(filter_by=["name==project-1"]).data["projects"]
    seen["projects"] = [one["name"] for one in projects]
    seen["departments"] = [one["name"] for one in organisation.departments.get_departments().data["departments"]]
    seen["clusters"] = [one["uuid"] for one in organisation.clusters.get_clusters().data]
    seen["nodePools"] = [one["name"] for one in organisation.node_pools.get_node_pools(CLUSTER).data]
    nodes = organisation.nodes.get_nodes(CLUSTER)
    read_into("Nodes", nodes.data)
    seen["nodes"] = len(nodes.data["nodes"])

    deleted = inferences.delete_inference(identity)
    seen["deleted"] = deleted.status_code
    gone = until(lambda: try_get(inferences, identity), lambda got: got is None)
    seen["gone"] = gone is None
    old = workloads.get_workloads(deleted=True, filter_by=[f"name=={name}"])
    seen["listedAsDeleted"] = len(old.data["workloads"])
    print(json.dumps(seen))


def try_get(inferences, identity):
    """The phase, or None once there is no such workload."""
    try:
        return inferences.get_inference(identity).data["actualPhase"]
    except ApiException as error:
        if error.status == 404:
            return None
        raise


main(*sys.argv[1:])
