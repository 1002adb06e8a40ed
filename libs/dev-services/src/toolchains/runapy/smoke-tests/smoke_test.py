"""Calls the API through the generated client (1.218 and later) and notes what its strict models say against it."""

import inspect
import json
import re
import urllib.request

from pydantic import ValidationError
from runai import api, models
from runai.api_client import ApiClient
from runai.configuration import Configuration
from runai.runai_client import RunaiClient

OWN_NAMES = ("name", "requestedNamespace", "labelValue", "email", "subjectId")
# The release has generated two schemas into one model of that name: what is left is the metrics of a project or department,
# so its strict model of the thing itself refuses any answer to the letter of the release's own document.
MIXED_UP = ("Project", "Department")


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


class SmokeTest:
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
        """The document's example of a body, in the client's model of it, under names of this run alone."""
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
