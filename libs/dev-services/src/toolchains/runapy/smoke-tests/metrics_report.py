"""A report of the last week as Run:ai's `runai-metrics-report` makes it, with the same calls and the same three files.

Usage: metrics_report.py <base url> <client id> <client secret> <folder>
Asks for all workloads, and for the measurements of each in windows of 1000 samples, through the threaded client.
Source of the list of calls: GitHub `runai-professional-services`, `runai-metrics-report`.
"""

import csv
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from runai.api_client import ThreadedApiClient
from runai.configuration import Configuration
from runai.runai_client import RunaiClient

TYPES = [
    "GPU_ALLOCATION",
    "GPU_UTILIZATION",
    "GPU_MEMORY_USAGE_BYTES",
    "CPU_REQUEST_CORES",
    "CPU_USAGE_CORES",
    "CPU_MEMORY_USAGE_BYTES",
]
SAMPLES = 1000
RESOLUTION_S = 15
WINDOWS_AT_ONCE = 4
GIB = 1024**3
HOUR_S = 3600


def windows(start, end):
    """Ranges that follow each other, each of as many samples as one call may have."""
    length = timedelta(seconds=SAMPLES * RESOLUTION_S)
    while start < end:
        yield start, min(start + length, end)
        start += length


class Figure:
    """Samples of one metric type, from all windows."""

    def __init__(self):
        self.samples = []

    def add(self, values):
        self.samples += [(datetime.fromisoformat(one["timestamp"]), float(one["value"])) for one in values]

    @property
    def peak(self):
        return max((value for _, value in self.samples), default=0.0)

    @property
    def seconds(self):
        """Time from the first sample to the last, and the sum of the values over it."""
        ordered = sorted(self.samples)
        steps = [((at - before).total_seconds(), value) for (before, _), (at, value) in zip(ordered, ordered[1:])]
        return sum(step for step, _ in steps), sum(step * value for step, value in steps)

    @property
    def average(self):
        time, total = self.seconds
        return total / time if time > 0 else self.peak

    @property
    def hours(self):
        return self.seconds[1] / HOUR_S


def measured(client, workload, start, end):
    figures = {one: Figure() for one in TYPES}

    def ask(window):
        answer = client.workloads.workloads.get_workload_metrics(
            workload_id=workload["id"],
            start=window[0].isoformat(),
            end=window[1].isoformat(),
            metric_type=TYPES,
            number_of_samples=SAMPLES,
        )
        return answer.get().data

    with ThreadPoolExecutor(max_workers=WINDOWS_AT_ONCE) as pool:
        for data in pool.map(ask, windows(start, end)):
            for one in data["measurements"]:
                figures[one["type"]].add(one["values"])
    return figures


def utilisation_row(workload, figures):
    gpus, cores, memory = (figures[one] for one in ("GPU_ALLOCATION", "CPU_USAGE_CORES", "CPU_MEMORY_USAGE_BYTES"))
    return {
        "Project": workload["projectName"],
        "User": workload["submittedBy"],
        "Job Name": workload["name"],
        "GPU Hours": gpus.hours,
        "GPU Memory (GB) - Peak": figures["GPU_MEMORY_USAGE_BYTES"].peak / GIB,
        "Memory Hours (GB)": memory.hours / GIB,
        "CPU Hours": cores.hours,
        "GPU Allocated": gpus.peak,
        "GPU Utilization % - Peak": figures["GPU_UTILIZATION"].peak,
        "GPU Utilization % - Average": figures["GPU_UTILIZATION"].average,
        "CPU Requested (Cores)": figures["CPU_REQUEST_CORES"].peak,
        "CPU Utilization (Cores) - Peak": cores.peak,
        "CPU Utilization (Cores) - Average": cores.average,
        "CPU Memory (GB) - Peak": memory.peak / GIB,
        "CPU Memory (GB) - Average": memory.average / GIB,
    }


def project_rows(workloads, rows):
    by_project = {}
    for workload, row in zip(workloads, rows):
        by_project.setdefault((workload["departmentName"], workload["projectName"]), []).append(row)

    def mean(of, column):
        return sum(row[column] for row in of) / len(of)

    return [
        {
            "Department": department,
            "Project": project,
            "Project Allocated GPUs": sum(row["GPU Allocated"] for row in of),
            "Allocated GPU - Peak": max(row["GPU Allocated"] for row in of),
            "Allocated GPU - Avg": mean(of, "GPU Allocated"),
            "CPU Memory (GB) - Peak": max(row["CPU Memory (GB) - Peak"] for row in of),
            "CPU Memory (GB) - Avg": mean(of, "CPU Memory (GB) - Average"),
            "CPU (# Cores) - Peak": max(row["CPU Utilization (Cores) - Peak"] for row in of),
            "CPU (# Cores) - Avg": mean(of, "CPU Utilization (Cores) - Average"),
        }
        for (department, project), of in by_project.items()
    ]


def suspicious_rows(rows):
    return [
        {
            "Project": row["Project"],
            "Job Name": row["Job Name"],
            "Issue Type": "Zero GPU Utilization",
            "Value": f"{row['GPU Allocated']} GPUs",
        }
        for row in rows
        if row["GPU Allocated"] > 0 and row["GPU Utilization % - Peak"] == 0
    ]


def write(folder, name, rows):
    with open(os.path.join(folder, f"{name}.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [])
        writer.writeheader()
        for row in rows:
            texts = {key: f"{value:.6f}" if isinstance(value, float) else value for key, value in row.items()}
            writer.writerow(texts)


def main(url, client_id, client_secret, folder):
    configuration = Configuration(client_id=client_id, client_secret=client_secret, runai_base_url=url)
    client = RunaiClient(ThreadedApiClient(configuration))
    end = datetime.now(timezone.utc)
    start = end - timedelta(days=7)
    workloads = client.workloads.workloads.get_workloads().get().data["workloads"]
    rows = [utilisation_row(one, measured(client, one, start, end)) for one in workloads]
    write(folder, "utilization_metrics", rows)
    write(folder, "project_allocations", project_rows(workloads, rows))
    write(folder, "suspicious_metrics", suspicious_rows(rows))
    print(json.dumps({"workloads": len(workloads), "windows": len(list(windows(start, end)))}))


main(*sys.argv[1:])
