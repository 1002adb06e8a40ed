{{- define "tessera.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end -}}
{{- end -}}

{{- define "tessera.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Labels that select the pods of one component: dict "root" . "component" name */}}
{{- define "tessera.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "tessera.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "tessera.secretName" -}}
{{- .Values.existingSecret | default (include "tessera.fullname" .) -}}
{{- end -}}

{{/* Port of a component. */}}
{{- define "tessera.port" -}}
{{- get (dict "api" "8080" "gateway" "8081" "metrics" "8082" "scheduler" "8083") . -}}
{{- end -}}

{{/* Port of its own for health and metrics, where a component has one: its callers may be anybody. */}}
{{- define "tessera.adminPort" -}}
{{- get (dict "api" "8084" "gateway" "8085" "metrics" "8086" "scheduler" "8087") . -}}
{{- end -}}

{{- define "tessera.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "tessera.secretName" .root }}
      key: {{ .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end -}}

{{/* The key with which gateways sign what they send to the scheduler and ask of the API. */}}
{{- define "tessera.reportKeyEnv" -}}
{{ include "tessera.secretEnv" (dict "root" . "name" "TESSERA_GATEWAY_REPORT_KEYS" "key" "gateway-report-key") }}
{{- end -}}

{{/* The key with which the scheduler signs what it asks of the metrics service; without it nothing scales by a metric by name. */}}
{{- define "tessera.metricsKeyEnv" -}}
{{ include "tessera.secretEnv" (dict "root" . "name" "TESSERA_METRICS_QUERY_KEYS" "key" "metrics-query-key" "optional" true) }}
{{- end -}}

{{/* Kafka, for those who own tables; each has a database user of its own. */}}
{{- define "tessera.backboneEnv" -}}
- { name: TESSERA_TOPIC_PREFIX, value: {{ .Values.kafka.topicPrefix | quote }} }
- { name: TESSERA_TOPIC_PARTITIONS, value: {{ .Values.kafka.partitions | quote }} }
{{- with .Values.kafka }}
{{- if .brokers }}
- { name: TESSERA_KAFKA_BROKERS, value: {{ join "," .brokers | quote }} }
- { name: TESSERA_TOPIC_REPLICATION, value: {{ .replicationFactor | quote }} }
- { name: TESSERA_KAFKA_SSL, value: {{ .tls | quote }} }
{{- if .sasl.mechanism }}
- { name: TESSERA_KAFKA_SASL_MECHANISM, value: {{ .sasl.mechanism | quote }} }
- { name: TESSERA_KAFKA_SASL_USERNAME, value: {{ .sasl.username | quote }} }
{{ include "tessera.secretEnv" (dict "root" $ "name" "TESSERA_KAFKA_SASL_PASSWORD" "key" "kafka-password") }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The issuer of the platform's tokens. */}}
{{- define "tessera.issuerEnv" -}}
- { name: TESSERA_API_PUBLIC_URL, value: {{ .Values.publicUrl.api | quote }} }
{{- end -}}

{{/* The API of this release, or the one elsewhere. */}}
{{- define "tessera.jwksEnv" -}}
- { name: TESSERA_JWKS_URL, value: "{{ include "tessera.apiAddress" . }}/.well-known/jwks.json" }
{{ include "tessera.plainHttpEnv" (dict "root" . "components" (ternary (list "api") (list) .Values.api.enabled)) }}
{{- end -}}

{{/* Where services of this release reach the API. */}}
{{- define "tessera.apiAddress" -}}
{{- if .Values.api.enabled -}}
http://{{ include "tessera.fullname" . }}-api:8080
{{- else -}}
{{ trimSuffix "/" .Values.publicUrl.api }}
{{- end -}}
{{- end -}}

{{/* Hosts to which plain http is trusted: the release's own services, and those of the values. */}}
{{- define "tessera.plainHttpEnv" -}}
{{- $hosts := list -}}
{{- range .components }}{{ $hosts = append $hosts (printf "%s-%s" (include "tessera.fullname" $.root) .) }}{{ end -}}
- { name: TESSERA_PLAIN_HTTP_HOSTS, value: {{ join "," (concat $hosts .root.Values.plainHttpHosts) | quote }} }
{{- end -}}

{{/* Namespaces that are never a project's. */}}
{{- define "tessera.reservedNamespacesEnv" -}}
{{- $names := concat (list .Release.Namespace .Values.gpuSharing.reservation.namespace .Values.gpuOperatorNamespace) .Values.reservedNamespaces | uniq -}}
- { name: TESSERA_RESERVED_NAMESPACES, value: {{ join "," $names | quote }} }
{{- end -}}

{{/* Not empty where the namespaces of projects are named and rights are given in these alone. */}}
{{- define "tessera.namedNamespaces" -}}
{{- if and (eq .Values.projectNamespaces.mode "adopt") .Values.projectNamespaces.names }}true{{ end -}}
{{- end -}}

{{/* What the restricted pod security standard asks for. */}}
{{- define "tessera.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end -}}
{{- define "tessera.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}
