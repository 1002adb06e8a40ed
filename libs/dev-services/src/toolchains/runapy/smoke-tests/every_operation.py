"""Every operation that both the generated client (1.218 and later) and the API have, through the client's own classes.

Usage: every_operation.py <base url> <client id> <client secret> <name>
What the API has, and the bodies that it is sent, are read from its OpenAPI document; what the client has is found by
asking all its classes which request they would send. Prints one JSON object: the status of each operation that was called,
the operations that both have but were not called, what the client's strict models said against a request or an answer, the
metric and telemetry types of the client that the API does not serve, and the operations whose model the release mixed up.
"""

import json
import sys
import time

from measurements import CLUSTER, measured, measured_wholes, telemetry_of_wholes
from runai import models
from runai.exceptions import ApiException
from smoke_test import SmokeTest

DEADLINE_S = 60
# Goes out without the form that the operation needs.
UNUSABLE = {"grant_token_v2"}
CREDENTIALS = (
    ("access_key", "AccessKey", "list_access_keys"),
    ("password", "Password", "list_passwords"),
    ("docker_registry", "DockerRegistry", "list_docker_registries"),
    ("generic_secret", "GenericSecret", "list_generic_secret"),
)
SMALL = {
    "image": "model:1",
    "compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.5},
    "servingPort": {"container": 8000},
}


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


def workloads(test):
    call, group = test.call, test.client.workloads
    spec = models.InferenceSpecSpec.from_dict(SMALL)
    request = models.InferenceCreationRequest(name=test.name, project_id="1", cluster_id=CLUSTER, spec=spec)
    created = call("create_inference1", lambda: group.inferences.create_inference1(request), "Inference1")
    identity = created["workloadId"]
    phase = lambda: group.inferences.get_inference(identity).data["actualPhase"]
    until(phase, lambda one: one == "Running")
    call("get_inference", lambda: group.inferences.get_inference(identity), "Inference1")
    if "update_inference_spec" in test.offered:
        change = lambda: test.body("InferenceUpdateRequest", "update_inference_spec")
        call("update_inference_spec", lambda: group.inferences.update_inference_spec(identity, change()), "Inference1")
        until(phase, lambda one: one == "Running")
    pods = call("get_workload_pods", lambda: group.pods.get_workload_pods(identity), "ListPods200Response")["pods"]
    call("list_pods", lambda: group.pods.list_pods(verbosity="full", completed="all"), "ListPods200Response")
    one = {"filter_by": [f"name=={test.name}"]}
    call("get_workloads", lambda: group.workloads.get_workloads(**one), "GetWorkloads200Response")
    call("count_workloads", lambda: group.workloads.count_workloads(**one))
    call("get_workload", lambda: group.workloads.get_workload(identity), "WorkloadDetailed", "Workload")
    for kind in test.served("get_workloads_telemetry", "telemetryType", models.WorkloadTelemetryType):
        telemetry = lambda: group.workloads.get_workloads_telemetry(telemetry_type=kind, group_by=["Phase"])
        call("get_workloads_telemetry", telemetry, "TelemetryResponse")
    call("get_workload_events", lambda: group.events.get_workload_events(identity), "GetWorkloadEvents200Response")
    call("get_workload_history", lambda: group.events.get_workload_history(identity), "GetWorkloadHistory200Response")
    measured(test, identity, pods[0]["id"])
    revisions(test, identity)
    call("delete_inference", lambda: group.inferences.delete_inference(identity))
    until(lambda: status_of(lambda: group.inferences.get_inference(identity)), lambda status: status == 404)


def revisions(test, identity):
    if "get_revision" not in test.offered:
        return
    call, group = test.call, test.client.workloads
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


def organisation(test):
    call, group = test.call, test.client.organizations
    department_models = ["GetDepartment200Response", "Department"]
    made = call(
        "create_department",
        lambda: group.departments.create_department(test.body("DepartmentCreationRequest", "create_department")),
        *department_models,
    )
    department = made["id"]
    call("get_departments", lambda: group.departments.get_departments(), "GetDepartments200Response")
    call("get_department", lambda: group.departments.get_department(department), *department_models)
    change = test.body("DepartmentUpdateRequest", "update_department")
    call("update_department", lambda: group.departments.update_department(department, change), *department_models)

    project_models = ["GetProjects200ResponseProjectsInner", "Project"]
    creation = test.body("ProjectCreationRequest", "create_project")
    project = call("create_project", lambda: group.projects.create_project(creation), *project_models)["id"]
    call("get_projects", lambda: group.projects.get_projects(limit=10), "GetProjects200Response")
    count_models = ["CountResponse"] if hasattr(models, "CountResponse") else []
    call("count_projects", lambda: group.projects.count_projects(), *count_models)
    call("get_project", lambda: group.projects.get_project(project), *project_models)
    project_change = test.body("ProjectUpdateRequest", "update_project")
    call("update_project", lambda: group.projects.update_project(project, project_change), *project_models)
    call("delete_project", lambda: group.projects.delete_project(project))
    call("delete_department", lambda: group.departments.delete_department(department))

    call("get_clusters", lambda: group.clusters.get_clusters(), "DisplayedCluster")
    call("get_cluster_by_uuid", lambda: group.clusters.get_cluster_by_uuid(CLUSTER), "DisplayedCluster")
    registration = test.body("ClusterCreationRequest", "create_cluster")
    call("create_cluster", lambda: group.clusters.create_cluster(registration), "DisplayedCluster")
    nodes = call("get_nodes_of_cluster", lambda: group.nodes.get_nodes(CLUSTER), "Nodes")
    measured_wholes(test, nodes["nodes"][0]["id"] if nodes else None)
    telemetry_of_wholes(test)
    pool = test.body("NodePoolCreateRequest", "createNodePool")
    call("createNodePool", lambda: group.node_pools.create_node_pool(CLUSTER, pool))
    call("getNodePools", lambda: group.node_pools.get_node_pools(CLUSTER), "NodePool1")
    call("get_node_pools", lambda: group.node_pools.get_nodepools(), "GetNodepools200Response")

    volumes = test.client.datavolumes.datavolumes
    listed = call("get_datavolumes", lambda: volumes.get_datavolumes("UsableInProject", usable_in_project_id="1"), "GetDatavolumes200Response")
    volume = listed["datavolumes"][0]["id"]
    call("get_datavolume", lambda: volumes.get_datavolume(volume), "Datavolume")
    fields = test.body("DatavolumeCreationFields", "create_datavolume")
    made = call("create_datavolume", lambda: volumes.create_datavolume(fields), "Datavolume")
    call("delete_datavolume", lambda: volumes.delete_datavolume(made["id"]))

    policy, at = test.client.policies.policy, {"scope": "project", "project_id": "1"}
    overwrite = lambda: test.body("InferencePolicyOverwriteRequestV2", "overwrite_inference_policy_v2")
    send = lambda: policy.overwrite_inference_policy_v2(inference_policy_overwrite_request_v2=overwrite())
    call("overwrite_inference_policy_v2", send, "InferencePolicyV2")
    call("get_inference_policy_v2", lambda: policy.get_inference_policy_v2(**at), "InferencePolicyV2")
    call("delete_inference_policy_v2", lambda: policy.delete_inference_policy(**at))


def credentials(test):
    call, group = test.call, test.client.workload_assets.credentials
    for one, kind, listed in CREDENTIALS:
        request = test.body(f"{kind}CreationRequest", f"create_{one}")
        made = call(f"create_{one}", lambda: getattr(group, f"create_{one}")(request), kind)["meta"]["id"]
        call(listed, lambda: getattr(group, listed)(), f"{kind}ListResponse")
        call("list_credentials_assets", lambda: group.list_credentials_assets(), "CredentialsListResponse")
        call(f"get_{one}_by_id", lambda: getattr(group, f"get_{one}_by_id")(made), kind)
        call(f"delete_{one}", lambda: getattr(group, f"delete_{one}")(made))


def access(test):
    call, group = test.call, test.client.authentication_and_authorization
    token = models.TokenRequest(grant_type="app_token", **test.credential)
    call("grant_token", lambda: group.tokens.grant_token(token_request=token), "TokenResponse")
    apps = group.applications
    request = test.body("ApplicationCreationRequest", "create_application")
    create = first_of(apps, "create_application_0", "create_application")
    app = call("create_application", lambda: create(request), "ApplicationPostResponse")["id"]
    listing = first_of(apps, "get_applications_0", "get_applications")
    call("get_applications", lambda: listing(), "Application")
    read = first_of(apps, "get_application_by_id_0", "get_application_by_id")
    call("get_application_by_id", lambda: read(app), "Application")
    rotate = lambda: apps.regenerate_application_secret(app)
    call("regenerate_application_secret", rotate, "RegenerateApplicationSecret200Response")

    users = group.users
    person = test.body("UserCreationRequest1", "create_user")
    user = call(
        "create_user", lambda: first_of(users, "create_user_0", "create_user")(person), "UserPostResponse"
    )["id"]
    call("get_users", lambda: first_of(users, "get_users_0", "get_users")(), "User2")
    rule_request = test.body("AccessRuleCreationFields", "create_access_rule")
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
    test = SmokeTest(*sys.argv[1:])
    for part in (workloads, organisation, credentials, access):
        part(test)
    seen, missed = test.seen, sorted(test.offered - set(test.seen) - set(test.refused) - UNUSABLE)
    unserved = sorted({one for types in test.unserved.values() for one in types})
    told = {"missed": missed, "refused": test.refused, "unserved": unserved, "mixedUp": test.mixed_up}
    print(json.dumps({"seen": seen, **told}))


main()
