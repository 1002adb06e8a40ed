"""Every operation that both the generated client (1.218 and later) and the API have, through the client's own classes.

Usage: every_operation.py <base url> <client id> <client secret> <name>
What the API has, and the bodies that it is sent, are read from its OpenAPI document; what the client has is found by
asking all its classes which request they would send. Prints one JSON object: the status of each operation that was called,
the operations that both have but were not called, what the client's strict models said against a request or an answer, the
metric and telemetry types of the client that the API does not serve, and the operations whose model the release mixed up.
"""

import inspect
import json
import re
import sys
import time
import urllib.request
from datetime import datetime, timedelta, timezone

from pydantic import ValidationError
from runai import api, models
from runai.api_client import ApiClient
from runai.configuration import Configuration
from runai.exceptions import ApiException
from runai.runai_client import RunaiClient

DEADLINE_S = 60
METRIC_TYPES = {
    "get_inference_workload_metrics": "InferenceWorkloadMetricType",
    "get_inference_workload_pod_metrics": "InferencePodMetricType",
    "get_workload_metrics": "WorkloadMetricType",
    "get_workload_pod_metrics": "PodMetricType",
}
OWN_NAMES = ("name", "requestedNamespace", "labelValue", "email", "subjectId")
# The release has generated two schemas into one model of that name: what is left is the metrics of a project or department,
# so its strict model of the thing itself refuses any answer to the letter of the release's own document.
MIXED_UP = ("Project", "Department")
# Goes out without the form that the operation needs.
UNUSABLE = {"grant_token_v2"}
CREDENTIALS = (
    ("access_key", "AccessKey", "list_access_keys"),
    ("password", "Password", "list_passwords"),
    ("docker_registry", "DockerRegistry", "list_docker_registries"),
    ("generic_secret", "GenericSecret", "list_generic_secret"),
)
CLUSTER = "71f69d83-ba66-4822-adf5-55ce55efd210"
SMALL = {
    "image": "model:1",
    "compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.5},
    "servingPort": {"container": 8000},
}


def plain(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


class Probe:
    """Takes the place of the transport to learn which request a method of the client would send."""

    def call_api(self, method, resource_path, **_rest):
        return method, resource_path


def offered(operations):
    """Operations of the API that this release of the client has a method for."""
    found = set()
    for name, group in vars(api).items():
        if not (inspect.isclass(group) and name.endswith("Api")):
            continue
        for method in [one for key, one in vars(group).items() if callable(one) and not key.startswith("_")]:
            # A deprecated method is wrapped in one that tells so.
            plain_method = method.__closure__[0].cell_contents if method.__closure__ else method
            names = list(inspect.signature(plain_method).parameters)[1:]
            found.add(operations.get(plain_method(group(Probe()), **{name: "{}" for name in names})))
    return found - {None}


def read_into(names, data):
    """Reads an answer into the client's strict model of it: the first of these names that the release has."""
    model = next((getattr(models, one) for one in names if hasattr(models, one)), None)
    if model is None:
        raise LookupError(f"this release has none of the models {names}")
    for one in data if isinstance(data, list) else [data]:
        model.from_dict(one)


class Walk:
    def __init__(self, url, client_id, client_secret, name):
        self.credential = {"app_id": client_id, "app_secret": client_secret}
        self.name = name
        configuration = Configuration(client_id=client_id, client_secret=client_secret, runai_base_url=url)
        self.client = RunaiClient(ApiClient(configuration))
        with urllib.request.urlopen(f"{url}/openapi.json") as answer:
            document = json.load(answer)
        self.operations = {
            operation["operationId"]: operation for item in document["paths"].values() for operation in item.values()
        }
        self.offered = offered(
            {
                (method.upper(), plain(path)): operation["operationId"]
                for path, item in document["paths"].items()
                for method, operation in item.items()
            }
        )
        self.seen, self.refused, self.unserved, self.mixed_up = {}, {}, {}, []

    def call(self, operation, send, *model_names):
        """Sends one request if the release has it, reads the answer into its model, and gives the data."""
        if operation not in self.offered:
            return None
        data = None
        try:
            answer = send()
            self.seen[operation], data = answer.status_code, answer.data
            if model_names:
                read_into(model_names, data)
        except ValidationError as error:
            wrong = {fault["loc"] for fault in error.errors()}
            if error.title in MIXED_UP and wrong == {("metadata",), ("current",)}:
                self.mixed_up.append(operation)
            else:
                self.refuse(operation, error, data)
        except Exception as error:  # what is wrong with every operation is told at once
            self.refuse(operation, error, data)
        return data

    def refuse(self, operation, error, data):
        self.refused[operation] = f"{type(error).__name__}: {error} (the answer: {json.dumps(data)[:500]})"

    def body(self, model, operation):
        """The document's example of a body, in the client's model of it, under names of this walk alone."""
        content = self.operations[operation]["requestBody"]["content"]
        return getattr(models, model).from_dict(self.renamed(content["application/json"]["example"]))

    def renamed(self, value):
        return {
            key: f"{self.name}-{one}" if key in OWN_NAMES and isinstance(one, str) else one
            for key, one in value.items()
        }

    def served(self, operation, parameter, types):
        """The client's types that the API serves; the others are told."""
        parameters = self.operations[operation]["parameters"]
        schema = next(one["schema"] for one in parameters if one["name"] == parameter)
        known = schema.get("items", schema)["enum"]
        mine = [one.value for one in types]
        self.unserved[operation] = [one for one in mine if one not in known]
        return [one for one in mine if one in known]


def until(question, holds):
    deadline = time.monotonic() + DEADLINE_S
    while True:
        answer = question()
        if holds(answer):
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {answer}")
        time.sleep(0.1)


def status_of(send):
    try:
        return send().status_code
    except ApiException as error:
        return error.status


def first_of(group, *names):
    """The method of a group of the client under the first of these names that it has."""
    return next(getattr(group, one) for one in names if hasattr(group, one))


def workloads(walk):
    call, group = walk.call, walk.client.workloads
    spec = models.InferenceSpecSpec.from_dict(SMALL)
    request = models.InferenceCreationRequest(name=walk.name, project_id="1", cluster_id=CLUSTER, spec=spec)
    created = call("create_inference1", lambda: group.inferences.create_inference1(request), "Inference1")
    identity = created["workloadId"]
    phase = lambda: group.inferences.get_inference(identity).data["actualPhase"]
    until(phase, lambda one: one == "Running")
    call("get_inference", lambda: group.inferences.get_inference(identity), "Inference1")
    if "update_inference_spec" in walk.offered:
        change = lambda: walk.body("InferenceUpdateRequest", "update_inference_spec")
        call("update_inference_spec", lambda: group.inferences.update_inference_spec(identity, change()), "Inference1")
        until(phase, lambda one: one == "Running")
    pods = call("get_workload_pods", lambda: group.pods.get_workload_pods(identity), "ListPods200Response")["pods"]
    call("list_pods", lambda: group.pods.list_pods(verbosity="full", completed="all"), "ListPods200Response")
    one = {"filter_by": [f"name=={walk.name}"]}
    call("get_workloads", lambda: group.workloads.get_workloads(**one), "GetWorkloads200Response")
    call("count_workloads", lambda: group.workloads.count_workloads(**one))
    call("get_workload", lambda: group.workloads.get_workload(identity), "WorkloadDetailed", "Workload")
    for kind in walk.served("get_workloads_telemetry", "telemetryType", models.WorkloadTelemetryType):
        telemetry = lambda: group.workloads.get_workloads_telemetry(telemetry_type=kind, group_by=["Phase"])
        call("get_workloads_telemetry", telemetry, "TelemetryResponse")
    call("get_workload_events", lambda: group.events.get_workload_events(identity), "GetWorkloadEvents200Response")
    call("get_workload_history", lambda: group.events.get_workload_history(identity), "GetWorkloadHistory200Response")
    measured(walk, identity, pods[0]["id"])
    revisions(walk, identity)
    call("delete_inference", lambda: group.inferences.delete_inference(identity))
    until(lambda: status_of(lambda: group.inferences.get_inference(identity)), lambda status: status == 404)


def measured(walk, identity, pod):
    """Every metric type that the release knows, at each of the four metrics endpoints."""
    call, group = walk.call, walk.client.workloads
    end = datetime.now(timezone.utc)
    window = {"start": end - timedelta(minutes=5), "end": end, "number_of_samples": 5}
    inferences, every, pods = group.inferences, group.workloads, group.pods
    types = {
        operation: walk.served(operation, "metricType", getattr(models, name))
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


def measured_wholes(walk, node):
    """Every metric type that the release knows of the cluster, a pool, a node, a project and a department."""
    group = walk.client.organizations
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
        if operation not in walk.offered:
            continue
        types = walk.served(operation, "metricType", getattr(models, kind))
        walk.call(
            operation,
            lambda: method()(*ids, metric_type=types, **window),
            "MetricsCompositeResponse",
            "MetricsResponse",
        )


def telemetry_of_wholes(walk):
    """Every telemetry type that the release knows of nodes, projects and departments."""
    group = walk.client.organizations
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
        if operation not in walk.offered:
            continue
        for one in walk.served(operation, "telemetryType", getattr(models, kind)):
            send = lambda: method()(telemetry_type=one, cluster_id=CLUSTER, group_by=groups)
            walk.call(operation, send, "TelemetryResponse")


def revisions(walk, identity):
    if "get_revision" not in walk.offered:
        return
    call, group = walk.call, walk.client.workloads
    listed = call(
        "get_inference_workload_revisions",
        lambda: group.revisions.get_inference_workload_revisions(identity),
        "GetInferenceWorkloadRevisions200Response",
    )
    revision = listed["revisions"][0]["id"]
    count = lambda: group.revisions.count_inference_workload_revisions(identity)
    call("count_inference_workload_revisions", count, "CountResponse")
    call("get_revision", lambda: group.revisions.get_revision(revision), "Revision")
    call("get_revision_pods", lambda: group.pods.get_revision_pods(revision), "GetRevisionPods200Response")
    call("get_revision_events", lambda: group.events.get_revision_events(revision), "GetWorkloadEvents200Response")
    call("get_revision_history", lambda: group.events.get_revision_history(revision), "GetWorkloadHistory200Response")


def organisation(walk):
    call, group = walk.call, walk.client.organizations
    department_models = ["GetDepartment200Response", "Department"]
    made = call(
        "create_department",
        lambda: group.departments.create_department(walk.body("DepartmentCreationRequest", "create_department")),
        *department_models,
    )
    department = made["id"]
    call("get_departments", lambda: group.departments.get_departments(), "GetDepartments200Response")
    call("get_department", lambda: group.departments.get_department(department), *department_models)
    change = walk.body("DepartmentUpdateRequest", "update_department")
    call("update_department", lambda: group.departments.update_department(department, change), *department_models)

    project_models = ["GetProjects200ResponseProjectsInner", "Project"]
    creation = walk.body("ProjectCreationRequest", "create_project")
    project = call("create_project", lambda: group.projects.create_project(creation), *project_models)["id"]
    call("get_projects", lambda: group.projects.get_projects(limit=10), "GetProjects200Response")
    count_models = ["CountResponse"] if hasattr(models, "CountResponse") else []
    call("count_projects", lambda: group.projects.count_projects(), *count_models)
    call("get_project", lambda: group.projects.get_project(project), *project_models)
    project_change = walk.body("ProjectUpdateRequest", "update_project")
    call("update_project", lambda: group.projects.update_project(project, project_change), *project_models)
    call("delete_project", lambda: group.projects.delete_project(project))
    call("delete_department", lambda: group.departments.delete_department(department))

    call("get_clusters", lambda: group.clusters.get_clusters(), "DisplayedCluster")
    call("get_cluster_by_uuid", lambda: group.clusters.get_cluster_by_uuid(CLUSTER), "DisplayedCluster")
    registration = walk.body("ClusterCreationRequest", "create_cluster")
    call("create_cluster", lambda: group.clusters.create_cluster(registration), "DisplayedCluster")
    nodes = call("get_nodes_of_cluster", lambda: group.nodes.get_nodes(CLUSTER), "Nodes")
    measured_wholes(walk, nodes["nodes"][0]["id"] if nodes else None)
    telemetry_of_wholes(walk)
    pool = walk.body("NodePoolCreateRequest", "createNodePool")
    call("createNodePool", lambda: group.node_pools.create_node_pool(CLUSTER, pool))
    call("getNodePools", lambda: group.node_pools.get_node_pools(CLUSTER), "NodePool1")
    call("get_node_pools", lambda: group.node_pools.get_nodepools(), "GetNodepools200Response")

    volumes = walk.client.datavolumes.datavolumes
    listed = call("get_datavolumes", lambda: volumes.get_datavolumes("UsableInProject", usable_in_project_id="1"), "GetDatavolumes200Response")
    volume = listed["datavolumes"][0]["id"]
    call("get_datavolume", lambda: volumes.get_datavolume(volume), "Datavolume")
    fields = walk.body("DatavolumeCreationFields", "create_datavolume")
    made = call("create_datavolume", lambda: volumes.create_datavolume(fields), "Datavolume")
    call("delete_datavolume", lambda: volumes.delete_datavolume(made["id"]))

    policy, at = walk.client.policies.policy, {"scope": "project", "project_id": "1"}
    overwrite = lambda: walk.body("InferencePolicyOverwriteRequestV2", "overwrite_inference_policy_v2")
    send = lambda: policy.overwrite_inference_policy_v2(inference_policy_overwrite_request_v2=overwrite())
    call("overwrite_inference_policy_v2", send, "InferencePolicyV2")
    call("get_inference_policy_v2", lambda: policy.get_inference_policy_v2(**at), "InferencePolicyV2")
    call("delete_inference_policy_v2", lambda: policy.delete_inference_policy(**at))


def credentials(walk):
    call, group = walk.call, walk.client.workload_assets.credentials
    for one, kind, listed in CREDENTIALS:
        request = walk.body(f"{kind}CreationRequest", f"create_{one}")
        made = call(f"create_{one}", lambda: getattr(group, f"create_{one}")(request), kind)["meta"]["id"]
        call(listed, lambda: getattr(group, listed)(), f"{kind}ListResponse")
        call("list_credentials_assets", lambda: group.list_credentials_assets(), "CredentialsListResponse")
        call(f"get_{one}_by_id", lambda: getattr(group, f"get_{one}_by_id")(made), kind)
        call(f"delete_{one}", lambda: getattr(group, f"delete_{one}")(made))


def access(walk):
    call, group = walk.call, walk.client.authentication_and_authorization
    token = models.TokenRequest(grant_type="app_token", **walk.credential)
    call("grant_token", lambda: group.tokens.grant_token(token_request=token), "TokenResponse")
    apps = group.applications
    request = walk.body("ApplicationCreationRequest", "create_application")
    create = first_of(apps, "create_application_0", "create_application")
    app = call("create_application", lambda: create(request), "ApplicationPostResponse")["id"]
    listing = first_of(apps, "get_applications_0", "get_applications")
    call("get_applications", lambda: listing(), "Application")
    read = first_of(apps, "get_application_by_id_0", "get_application_by_id")
    call("get_application_by_id", lambda: read(app), "Application")
    rotate = lambda: apps.regenerate_application_secret(app)
    call("regenerate_application_secret", rotate, "RegenerateApplicationSecret200Response")

    users = group.users
    person = walk.body("UserCreationRequest1", "create_user")
    user = call(
        "create_user", lambda: first_of(users, "create_user_0", "create_user")(person), "UserPostResponse"
    )["id"]
    call("get_users", lambda: first_of(users, "get_users_0", "get_users")(), "User2")
    rule_request = walk.body("AccessRuleCreationFields", "create_access_rule")
    rule = call("create_access_rule", lambda: group.access_rules.create_access_rule(rule_request), "AccessRule")["id"]
    call("get_access_rules", lambda: group.access_rules.get_access_rules(), "GetAccessRules200Response")
    call("get_access_rule", lambda: group.access_rules.get_access_rule(rule), "AccessRuleById")
    call("delete_access_rule", lambda: group.access_rules.delete_access_rule(rule))
    call("delete_user_by_id", lambda: first_of(users, "delete_user_by_id_0", "delete_user_by_id")(user))
    remove = first_of(apps, "delete_application_by_id_0", "delete_application_by_id")
    call("delete_application_by_id", lambda: remove(app))
    roles = call("get_roles", lambda: first_of(group.roles, "get_roles_v1", "get_roles")(), "RoleV1", "Role1")
    role = first_of(group.roles, "get_role_v1", "get_role")
    call("get_role", lambda: role(roles[0]["id"]), "RoleV1", "Role1")
    call("get_permissions", lambda: group.permissions.get_permissions(), "Permission")


def main():
    walk = Walk(*sys.argv[1:])
    for part in (workloads, organisation, credentials, access):
        part(walk)
    seen, missed = walk.seen, sorted(walk.offered - set(walk.seen) - set(walk.refused) - UNUSABLE)
    unserved = sorted({one for types in walk.unserved.values() for one in types})
    told = {"missed": missed, "refused": walk.refused, "unserved": unserved, "mixedUp": walk.mixed_up}
    print(json.dumps({"seen": seen, **told}))


main()
