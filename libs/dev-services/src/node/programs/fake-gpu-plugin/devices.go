package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"sync"
	"time"
)

type device struct {
	UUID    string `json:"uuid"`
	Healthy bool   `json:"healthy"`
}

// devices follows the file that names them.
type devices struct {
	file    string
	mutex   sync.Mutex
	text    []byte
	list    []device
	changed chan struct{}
}

func newDevices(file string) (*devices, error) {
	d := &devices{file: file, changed: make(chan struct{})}
	return d, d.read()
}

// current gives the devices, and a channel that is closed once they are others.
func (d *devices) current() ([]device, <-chan struct{}) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.list, d.changed
}

func (d *devices) follow(stop context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-stop.Done():
			return
		case <-ticker.C:
			if err := d.read(); err != nil {
				log.Print(err)
			}
		}
	}
}

func (d *devices) read() error {
	text, err := os.ReadFile(d.file)
	if err != nil {
		return err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.list != nil && bytes.Equal(text, d.text) {
		return nil
	}
	var list []device
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	d.text, d.list = text, list
	close(d.changed)
	d.changed = make(chan struct{})
	return nil
}
