// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/containerd/go-runc"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

func client(runtime, root string) *runc.Runc {
	return &runc.Runc{Command: runtime, Root: root}
}

func execInContainer(arguments []string) {
	ctx := context.Background()
	containers, bundle, program := client(arguments[0], arguments[1]), arguments[2], arguments[3]
	id := fmt.Sprintf("go-exec-%d", os.Getpid())
	check(containers.Create(ctx, id, bundle, &runc.CreateOpts{IO: nullIO()}))
	defer func() { check(containers.Delete(ctx, id, &runc.DeleteOpts{Force: true})) }()
	check(containers.Start(ctx, id))
	process := specs.Process{Args: []string{program}, Cwd: "/"}
	measure(arguments[4:], func() {
		check(containers.Exec(ctx, id, process, &runc.ExecOpts{IO: nullIO()}))
	})
}

// lifecycle creates, starts, sees the end, and deletes. The end is seen as containerd's shim sees it: by the parent of
// the container's process, which this one becomes.
func lifecycle(arguments []string) {
	check(unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
	// Beside the root of the runtime, which writes a pid through to the disk where there is one.
	directory, err := os.MkdirTemp(filepath.Dir(arguments[1]), "go-peer")
	check(err)
	defer os.RemoveAll(directory)
	containers, bundle := client(arguments[0], arguments[1]), arguments[2]
	var made atomic.Int64
	measure(arguments[3:], func() {
		id := fmt.Sprintf("go-%d-%d", os.Getpid(), made.Add(1))
		check(liveOnce(containers, bundle, id, filepath.Join(directory, id)))
	})
}

func liveOnce(containers *runc.Runc, bundle, id, pidFile string) error {
	ctx := context.Background()
	if err := containers.Create(ctx, id, bundle, &runc.CreateOpts{IO: nullIO(), PidFile: pidFile}); err != nil {
		return err
	}
	pid, err := runc.ReadPidFile(pidFile)
	if err != nil {
		return err
	}
	if err := containers.Start(ctx, id); err != nil {
		return err
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
		return err
	}
	if status.ExitStatus() != 0 {
		return fmt.Errorf("the container ended with %d", status.ExitStatus())
	}
	if err := os.Remove(pidFile); err != nil {
		return err
	}
	return containers.Delete(ctx, id, nil)
}

// nullIO is closed by the call that it is given to.
func nullIO() runc.IO {
	io, err := runc.NewNullIO()
	check(err)
	return io
}
