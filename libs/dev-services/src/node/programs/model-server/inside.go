package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// inside is what a container was given, as its program sees it.
type inside struct {
	Args   []string          `json:"args"`
	Env    map[string]string `json:"env"`
	Folder string            `json:"folder"`
	UID    int               `json:"uid"`
	GID    int               `json:"gid"`
	Groups []int             `json:"groups"`
	// Process holds lines of /proc/self/status: capabilities, seccomp, new privileges.
	Process map[string]string `json:"process"`
	Mounts  map[string]mount  `json:"mounts"`
	// CPUQuota and MemoryLimit are those of the control group, in the words of the kernel.
	CPUQuota    string `json:"cpuQuota"`
	MemoryLimit string `json:"memoryLimit"`
}

type mount struct {
	Kind    string `json:"kind"`
	Options string `json:"options"`
	Bytes   uint64 `json:"bytes"`
}

func look() inside {
	folder, _ := os.Getwd()
	groups, _ := os.Getgroups()
	env := map[string]string{}
	for _, line := range os.Environ() {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return inside{
		Args: os.Args, Env: env, Folder: folder,
		UID: os.Getuid(), GID: os.Getgid(), Groups: groups,
		Process:     process(),
		Mounts:      mounts(),
		CPUQuota:    firstOf("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
		MemoryLimit: firstOf("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
	}
}

// firstOf gives the content of the first file that is there: the names differ between versions of control groups.
func firstOf(paths ...string) string {
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil {
			return strings.TrimSpace(string(text))
		}
	}
	return ""
}

func process() map[string]string {
	found := map[string]string{}
	lines("/proc/self/status", func(line string) {
		name, value, _ := strings.Cut(line, ":")
		if strings.HasPrefix(name, "Cap") || name == "Seccomp" || name == "NoNewPrivs" {
			found[name] = strings.TrimSpace(value)
		}
	})
	return found
}

// mounts are read as proc_pid_mountinfo(5) has them; options of the mount and of what is mounted are one list.
func mounts() map[string]mount {
	found := map[string]mount{}
	lines("/proc/self/mountinfo", func(line string) {
		own, rest, _ := strings.Cut(line, " - ")
		fields, source := strings.Fields(own), strings.Fields(rest)
		if len(fields) < 6 || len(source) < 3 {
			return
		}
		var size syscall.Statfs_t
		_ = syscall.Statfs(fields[4], &size)
		options := fields[5] + "," + source[2]
		found[fields[4]] = mount{Kind: source[0], Options: options, Bytes: size.Blocks * uint64(size.Bsize)}
	})
	return found
}

func lines(path string, each func(string)) {
	file, err := os.Open(path)
	if err != nil {
		return
	}
	defer file.Close()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		each(scanner.Text())
	}
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("content-type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

// serveFile answers a file with its mode, and writes one.
func serveFile(w http.ResponseWriter, r *http.Request) {
	path := filepath.Clean(r.URL.Query().Get("path"))
	if r.Method == http.MethodPut {
		content, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err := os.WriteFile(path, content, 0o644); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	answer(w, map[string]string{"mode": fmt.Sprintf("%04o", info.Mode().Perm()), "content": string(content)})
}
