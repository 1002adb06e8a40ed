// Command model-server stands for a model server: it answers every path with its name and devices, reports what its container
// was given, and is ready or not as requests set it.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// stopLimit bounds how long requests in flight may take after a SIGTERM.
const stopLimit = 5 * time.Second

func main() {
	address := flag.String("address", ":8000", "address to listen on")
	also := flag.String("also", "", "further addresses, comma separated")
	exitCode := flag.Int("exit-code", 0, "end at once with this exit code, when it is not 0")
	unready := flag.Bool("unready", false, "answer /health with 503 until a request changes it")
	flag.Parse()
	if *exitCode != 0 {
		log.Printf("ends with exit code %d, as asked for", *exitCode)
		os.Exit(*exitCode)
	}
	server := &http.Server{Addr: *address, Handler: handler(!*unready), ReadHeaderTimeout: stopLimit}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-stop.Done()
		limit, cancel := context.WithTimeout(context.Background(), stopLimit)
		defer cancel()
		_ = server.Shutdown(limit)
	}()
	for _, further := range strings.FieldsFunc(*also, func(r rune) bool { return r == ',' }) {
		go func() { log.Fatal(http.ListenAndServe(further, server.Handler)) }()
	}
	log.Printf("listens on %s, devices %q", *address, os.Getenv("NVIDIA_VISIBLE_DEVICES"))
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-done
}

// handler answers GET /health by a switch, which PUT /health?ready=true|false turns, GET /inside with what the container was
// given, GET and PUT /file?path= with a file in it, and everything else with the name of the pod and its devices.
func handler(ready bool) http.Handler {
	var isReady atomic.Bool
	isReady.Store(ready)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		if !isReady.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("PUT /health", func(_ http.ResponseWriter, r *http.Request) {
		isReady.Store(r.URL.Query().Get("ready") == "true")
	})
	mux.HandleFunc("GET /inside", func(w http.ResponseWriter, _ *http.Request) { answer(w, look()) })
	mux.HandleFunc("GET /file", serveFile)
	mux.HandleFunc("PUT /file", serveFile)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		host, _ := os.Hostname()
		answer(w, map[string]string{
			"host":    host,
			"path":    r.URL.Path,
			"devices": os.Getenv("NVIDIA_VISIBLE_DEVICES"),
		})
	})
	return mux
}
