//go:build tools

// Package tools pins the command that src/build.ts compiles; nothing here is ever compiled into a program of its own.
package tools

import _ "github.com/opencontainers/runc"
