// Command fake-gpu-plugin is a device plugin that offers GPUs which do not exist. It registers with kubelet again after
// every restart of kubelet, and follows a file that says which devices there are and which of them are healthy.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

const (
	// lookEvery is the time between two looks at kubelet's socket, at our own and at the file of devices.
	lookEvery     = 100 * time.Millisecond
	registerLimit = 5 * time.Second
	socketName    = "tessera-gpu.sock"
)

func main() {
	folder := flag.String("folder", api.DevicePluginPath, "folder of kubelet's and of our socket")
	resource := flag.String("resource", "nvidia.com/gpu", "name of the resource")
	file := flag.String("devices", "", `JSON file: [{"uuid": "GPU-…", "healthy": true}]`)
	flag.Parse()
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	devices, err := newDevices(*file)
	if err != nil {
		log.Fatal(err)
	}
	go devices.follow(stop)
	plugin := &plugin{folder: *folder, resource: *resource, devices: devices}
	plugin.run(stop)
}

// plugin keeps a server on our socket and kubelet informed of it.
type plugin struct {
	folder, resource string
	devices          *devices
	server           *grpc.Server
	// kubelet is the socket with which we registered last.
	kubelet os.FileInfo
}

// run serves until it is stopped. kubelet empties the folder when it starts, so that a lost socket of ours means as
// much as a new one of kubelet's.
func (p *plugin) run(stop context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if err := p.look(stop); err != nil {
			log.Print(err)
		}
		select {
		case <-stop.Done():
			p.close()
			return
		case <-ticker.C:
		}
	}
}

func (p *plugin) look(stop context.Context) error {
	kubelet, err := os.Stat(filepath.Join(p.folder, filepath.Base(api.KubeletSocket)))
	if err != nil {
		// kubelet is not there yet, or not at the moment.
		p.kubelet = nil
		return nil
	}
	_, lost := os.Stat(p.socket())
	if p.kubelet != nil && os.SameFile(p.kubelet, kubelet) && p.kubelet.ModTime().Equal(kubelet.ModTime()) && lost == nil {
		return nil
	}
	p.close()
	if err := p.serve(); err != nil {
		return err
	}
	if err := p.register(stop); err != nil {
		return err
	}
	p.kubelet = kubelet
	log.Printf("registered %s", p.resource)
	return nil
}

func (p *plugin) socket() string { return filepath.Join(p.folder, socketName) }

func (p *plugin) register(stop context.Context) error {
	limited, cancel := context.WithTimeout(stop, registerLimit)
	defer cancel()
	target := "unix://" + filepath.Join(p.folder, filepath.Base(api.KubeletSocket))
	connection, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	_, err = api.NewRegistrationClient(connection).Register(limited, &api.RegisterRequest{
		Version:      api.Version,
		Endpoint:     socketName,
		ResourceName: p.resource,
	})
	return err
}

func (p *plugin) close() {
	p.kubelet = nil
	if p.server != nil {
		p.server.Stop()
		p.server = nil
	}
	_ = os.Remove(p.socket())
}
