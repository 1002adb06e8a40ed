// Command model-server stands for a model server: it answers every path with what it was given, and is ready or not as
// it is told.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// stopLimit bounds how long requests under way may take after a SIGTERM.
const stopLimit = 5 * time.Second

func main() {
	address := flag.String("address", ":8000", "address to listen on")
	exitCode := flag.Int("exit-code", 0, "end at once with this exit code, when it is not 0")
	unready := flag.Bool("unready", false, "answer /health with 503 until told otherwise")
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
	log.Printf("listens on %s, devices %q", *address, os.Getenv("NVIDIA_VISIBLE_DEVICES"))
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-done
}

// handler answers GET /health by a switch, which PUT /health?ready=true|false turns, and everything else with the
// name of the pod and its devices.
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
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		host, _ := os.Hostname()
		w.Header().Set("content-type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{
			"host":    host,
			"path":    r.URL.Path,
			"devices": os.Getenv("NVIDIA_VISIBLE_DEVICES"),
		})
	})
	return mux
}
