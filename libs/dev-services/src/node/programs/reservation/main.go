// Command reservation keeps one GPU for the pods that share it, and reports which one it was given: it writes the UUID on an
// annotation of its own pod. Its environment is described in libs/contracts/kubernetes/src/reservation.ts.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	annotation     = "run.ai/reserve_for_gpu_index"
	accountFolder  = "/var/run/secrets/kubernetes.io/serviceaccount"
	requestLimit   = 10 * time.Second
	firstPause     = 200 * time.Millisecond
	longestPause   = 5 * time.Second
	visibleDevices = "NVIDIA_VISIBLE_DEVICES"
)

func main() {
	log.SetFlags(0)
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	if err := hold(stop); err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

func hold(stop context.Context) error {
	uuid, err := deviceOf(os.Getenv(visibleDevices))
	if err != nil {
		return err
	}
	url, err := podURL()
	if err != nil {
		return err
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := report(stop, url, uuid)
		if err == nil {
			log.Printf("holds %s", uuid)
			<-stop.Done()
			return nil
		}
		log.Printf("cannot report that it holds %s, tries again in %s: %v", uuid, pause, err)
		select {
		case <-stop.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// deviceOf gives the one UUID in the value of NVIDIA_VISIBLE_DEVICES; of a CDI name the part behind "=".
func deviceOf(value string) (string, error) {
	var found []string
	for _, name := range strings.Split(value, ",") {
		if name = strings.TrimSpace(name); name != "" && name != "void" && name != "none" {
			found = append(found, name[strings.LastIndex(name, "=")+1:])
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%s=%q names %d devices: a reservation pod is given exactly one", visibleDevices, value, len(found))
	}
	return found[0], nil
}

// podURL is where the API server has this pod.
func podURL() (string, error) {
	values := map[string]string{}
	for _, name := range []string{"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "POD_NAMESPACE", "POD_NAME"} {
		if values[name] = os.Getenv(name); values[name] == "" {
			return "", fmt.Errorf("%s is not set", name)
		}
	}
	address := net.JoinHostPort(values["KUBERNETES_SERVICE_HOST"], values["KUBERNETES_SERVICE_PORT"])
	return fmt.Sprintf("https://%s/api/v1/namespaces/%s/pods/%s", address, values["POD_NAMESPACE"], values["POD_NAME"]), nil
}

// report writes the UUID on the pod. Token and certificate are read each time, because kubelet renews them.
func report(stop context.Context, url, uuid string) error {
	token, err := os.ReadFile(filepath.Join(accountFolder, "token"))
	if err != nil {
		return err
	}
	ca, err := os.ReadFile(filepath.Join(accountFolder, "ca.crt"))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return errors.New("ca.crt of the service account holds no certificate")
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"annotations": map[string]string{annotation: uuid}},
	})
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(stop, requestLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPatch, url, bytes.NewReader(patch))
	if err != nil {
		return err
	}
	request.Header.Set("authorization", "Bearer "+strings.TrimSpace(string(token)))
	request.Header.Set("content-type", "application/merge-patch+json")
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the API server answers %s: %s", response.Status, text)
	}
	return nil
}
