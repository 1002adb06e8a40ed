"""Every metric and telemetry type that a release of the generated client knows."""

from datetime import datetime, timedelta, timezone

from runai import models

CLUSTER = "71f69d83-ba66-4822-adf5-55ce55efd210"
METRIC_TYPES = {
    "get_inference_workload_metrics": "InferenceWorkloadMetricType",
    "get_inference_workload_pod_metrics": "InferencePodMetricType",
    "get_workload_metrics": "WorkloadMetricType",
    "get_workload_pod_metrics": "PodMetricType",
}


def measured(test, identity, pod):
    """Every metric type that the release knows, at each of the four metrics endpoints."""
    call, group = test.call, test.client.workloads
    end = datetime.now(timezone.utc)
    window = {"start": end - timedelta(minutes=5), "end": end, "number_of_samples": 5}
    inferences, every, pods = group.inferences, group.workloads, group.pods
    types = {
        operation: test.served(operation, "metricType", getattr(models, name))
        for operation, name in METRIC_TYPES.items()
    }
    call(
        "get_inference_workload_metrics",
        lambda: inferences.get_inference_workload_metrics(identity, types["get_inference_workload_metrics"], **window),
        "MetricsResponse",
    )
    call(
        "get_inference_workload_pod_metrics",
        lambda: inferences.get_inference_workload_pod_metrics(identity, pod, types["get_inference_workload_pod_metrics"], **window),
        "MetricsResponse",
    )
    call(
        "get_workload_metrics",
        lambda: every.get_workload_metrics(identity, types["get_workload_metrics"], **window),
        "MetricsCompositeResponse",
        "MetricsResponse",
    )
    call(
        "get_workload_pod_metrics",
        lambda: pods.get_workload_pod_metrics(identity, pod, types["get_workload_pod_metrics"], **window),
        "MetricsCompositeResponse",
        "MetricsResponse",
    )


def measured_wholes(test, node):
    """Every metric type that the release knows of the cluster, a pool, a node, a project and a department."""
    group = test.client.organizations
    end = datetime.now(timezone.utc)
    window = {"start": end - timedelta(minutes=5), "end": end, "number_of_samples": 5}
    wholes = {
        "get_cluster_metrics": ("MetricsType", (CLUSTER,), lambda: group.clusters.get_cluster_metrics),
        "get_nodepool_metrics": ("MetricsType", (CLUSTER, "default"), lambda: group.node_pools.get_nodepool_metrics),
        "get_node_metrics": ("NodeMetricType", (node,), lambda: group.nodes.get_node_metrics),
        "get_project_metrics": ("OrgUnitMetricType", ("1",), lambda: group.projects.get_project_metrics),
        "get_department_metrics": ("OrgUnitMetricType", ("2",), lambda: group.departments.get_department_metrics),
    }
    for operation, (kind, ids, method) in wholes.items():
        if operation not in test.offered:
            continue
        types = test.served(operation, "metricType", getattr(models, kind))
        test.call(
            operation,
            lambda: method()(*ids, metric_type=types, **window),
            "MetricsCompositeResponse",
            "MetricsResponse",
        )


def telemetry_of_wholes(test):
    """Every telemetry type that the release knows of nodes, projects and departments."""
    group = test.client.organizations
    wholes = {
        "get_node_telemetry": ("NodeTelemetryType", ["ClusterId", "Node"], lambda: group.nodes.get_node_telemetry),
        "get_projects_telemetry": (
            "OrgUnitTelemetryType",
            ["ClusterId", "ParentId"],
            lambda: group.projects.get_projects_telemetry,
        ),
        "get_departments_telemetry": (
            "OrgUnitTelemetryType",
            ["CLUSTER_ID"],
            lambda: group.departments.get_departments_telemetry,
        ),
    }
    for operation, (kind, groups, method) in wholes.items():
        if operation not in test.offered:
            continue
        for one in test.served(operation, "telemetryType", getattr(models, kind)):
            send = lambda: method()(telemetry_type=one, cluster_id=CLUSTER, group_by=groups)
            test.call(operation, send, "TelemetryResponse")
