package main

import (
	"context"
	"log"
	"net"
	"os"
	"strings"

	"google.golang.org/grpc"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// service answers kubelet.
type service struct {
	api.UnimplementedDevicePluginServer
	devices *devices
}

func (p *plugin) serve() error {
	if err := os.RemoveAll(p.socket()); err != nil {
		return err
	}
	listener, err := net.Listen("unix", p.socket())
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	api.RegisterDevicePluginServer(server, &service{devices: p.devices})
	go func() {
		if err := server.Serve(listener); err != nil {
			log.Print(err)
		}
	}()
	p.server = server
	return nil
}

func (s *service) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

// ListAndWatch reports the devices at once and after every change.
func (s *service) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	for {
		list, changed := s.devices.current()
		response := &api.ListAndWatchResponse{}
		for _, device := range list {
			health := api.Healthy
			if !device.Healthy {
				health = api.Unhealthy
			}
			response.Devices = append(response.Devices, &api.Device{ID: device.UUID, Health: health})
		}
		if err := stream.Send(response); err != nil {
			return err
		}
		select {
		case <-stream.Context().Done():
			return nil
		case <-changed:
		}
	}
}

// Allocate names the devices to the container as the NVIDIA device plugin does with its default strategy.
func (s *service) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	response := &api.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		log.Printf("allocates %v", container.DevicesIds)
		response.ContainerResponses = append(response.ContainerResponses, &api.ContainerAllocateResponse{
			Envs: map[string]string{"NVIDIA_VISIBLE_DEVICES": strings.Join(container.DevicesIds, ",")},
		})
	}
	return response, nil
}
