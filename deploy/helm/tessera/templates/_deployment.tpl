{{/*
One component: dict "root" . "component" name "env" list-as-text "account" boolean
A change of the secret that the chart makes rolls the pods.
*/}}
{{- define "tessera.deployment" -}}
{{- $root := .root -}}
{{- $values := get $root.Values .component -}}
{{- $port := include "tessera.port" .component -}}
{{- $adminPort := include "tessera.adminPort" .component -}}
{{- $health := ternary "admin" "http" (ne $adminPort "") -}}
{{- $guarded := has .component (list "api" "scheduler") -}}
{{- $prices := and (eq .component "api") (not (empty $root.Values.usage.prices)) -}}
{{- $queries := and (eq .component "metrics") (not (empty $root.Values.metrics.queries)) -}}
{{- $tls := and (eq .component "gateway") (not (empty $root.Values.gateway.tls.secret)) -}}
{{- $name := printf "%s-%s" (include "tessera.fullname" $root) .component -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "tessera.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  replicas: {{ $values.replicas }}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      {{- include "tessera.selector" . | nindent 6 }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels:
        {{- include "tessera.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
        {{- with $root.Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/secret: {{ include (print $root.Template.BasePath "/secret.yaml") $root | sha256sum }}
        {{- if $guarded }}
        checksum/guardrails: {{ toYaml $root.Values.guardrails | sha256sum }}
        {{- end }}
        {{- if $prices }}
        checksum/prices: {{ toYaml $root.Values.usage.prices | sha256sum }}
        {{- end }}
        {{- if $queries }}
        checksum/scaling-queries: {{ toYaml $root.Values.metrics.queries | sha256sum }}
        {{- end }}
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ $name }}
      automountServiceAccountToken: {{ .account }}
      terminationGracePeriodSeconds: 30
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "tessera.selector" . | nindent 14 }}
      securityContext:
        {{- include "tessera.podSecurity" $root | nindent 8 }}
      containers:
        - name: {{ .component }}
          image: {{ include "tessera.image" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [node, dist/apps/{{ .component }}/main.js]
          env:
            - { name: TESSERA_HOST, value: 0.0.0.0 }
            - { name: TESSERA_LOG_LEVEL, value: {{ $root.Values.logLevel }} }
            {{- .env | nindent 12 }}
            {{- range $key, $value := $values.extraEnv }}
            - { name: {{ $key }}, value: {{ $value | quote }} }
            {{- end }}
          ports:
            - { name: http, containerPort: {{ $port }} }
            {{- with $adminPort }}
            - { name: admin, containerPort: {{ . }} }
            {{- end }}
            {{- if and (eq .component "gateway") $values.localPort }}
            - { name: local, containerPort: {{ $values.localPort }} }
            {{- end }}
          startupProbe:
            httpGet: { path: /livez, port: {{ $health }} }
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /livez, port: {{ $health }} }
            periodSeconds: 10
          readinessProbe:
            httpGet: { path: /readyz, port: {{ $health }} }
            periodSeconds: 5
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            {{- include "tessera.containerSecurity" $root | nindent 12 }}
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- if $guarded }}
            - { name: guardrails, mountPath: /etc/tessera, readOnly: true }
            {{- end }}
            {{- if $prices }}
            - { name: prices, mountPath: /etc/tessera-usage, readOnly: true }
            {{- end }}
            {{- if $queries }}
            - { name: scaling-queries, mountPath: /etc/tessera, readOnly: true }
            {{- end }}
            {{- if $tls }}
            - { name: tls, mountPath: /etc/tessera-tls, readOnly: true }
            {{- end }}
      volumes:
        - { name: tmp, emptyDir: {} }
        {{- if $guarded }}
        - { name: guardrails, configMap: { name: {{ include "tessera.fullname" $root }}-guardrails } }
        {{- end }}
        {{- if $prices }}
        - { name: prices, configMap: { name: {{ include "tessera.fullname" $root }}-prices } }
        {{- end }}
        {{- if $queries }}
        - { name: scaling-queries, configMap: { name: {{ include "tessera.fullname" $root }}-scaling-queries } }
        {{- end }}
        {{- if $tls }}
        - { name: tls, secret: { secretName: {{ $root.Values.gateway.tls.secret | quote }} } }
        {{- end }}
{{- end -}}
