// SPDX-License-Identifier: Apache-2.0

// Go, as its users would do it: os/exec for processes, go-runc for containers, a goroutine for each.
//
//	go-peer launch IN_FLIGHT WARM_UP_MILLIS MILLIS BYTES CHILD
//	go-peer read WARM_UP_MILLIS MILLIS BYTES CHILD
//	go-peer write WARM_UP_MILLIS MILLIS BYTES CHILD
//	go-peer live CHILDREN CHILD
//	go-peer live-silent CHILDREN CHILD
//	go-peer exec RUNTIME ROOT BUNDLE PROGRAM IN_FLIGHT WARM_UP_MILLIS MILLIS
//	go-peer lifecycle RUNTIME ROOT BUNDLE IN_FLIGHT WARM_UP_MILLIS MILLIS
//
// Each prints its figures as one JSON object.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

const piece = 64 << 10

func main() {
	if len(os.Args) < 4 {
		fail(errors.New("usage: go-peer launch | read | write | live | live-silent | exec | lifecycle, and their arguments"))
	}
	arguments := os.Args[2:]
	switch os.Args[1] {
	case "launch":
		launch(arguments)
	case "read", "write":
		stream(os.Args[1], arguments)
	case "live", "live-silent":
		live(arguments, os.Args[1] == "live")
	case "exec":
		execInContainer(arguments)
	case "lifecycle":
		lifecycle(arguments)
	default:
		fail(fmt.Errorf("unknown command %q", os.Args[1]))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "go-peer:", err)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	check(err)
	return value
}

func millis(text string) time.Duration {
	return time.Duration(number(text)) * time.Millisecond
}

func show(figures map[string]float64) {
	check(json.NewEncoder(os.Stdout).Encode(figures))
}

func rate(count float64, elapsed time.Duration) map[string]float64 {
	return map[string]float64{
		"perSecond":  count / elapsed.Seconds(),
		"meanMicros": elapsed.Seconds() * 1e6 / count,
	}
}

// A closed loop: as many goroutines as are to be in flight do one thing after another until the time is over.
func loop(inFlight int, limit time.Duration, once func()) map[string]float64 {
	latencies := make([][]time.Duration, inFlight)
	var all sync.WaitGroup
	started := time.Now()
	for slot := range latencies {
		all.Add(1)
		go func(slot int) {
			defer all.Done()
			for {
				begun := time.Now()
				once()
				latencies[slot] = append(latencies[slot], time.Since(begun))
				if time.Since(started) >= limit {
					return
				}
			}
		}(slot)
	}
	all.Wait()
	return summarize(latencies, time.Since(started))
}

func summarize(slots [][]time.Duration, elapsed time.Duration) map[string]float64 {
	var sorted []time.Duration
	for _, latencies := range slots {
		sorted = append(sorted, latencies...)
	}
	sort.Slice(sorted, func(i, j int) bool { return sorted[i] < sorted[j] })
	figures := rate(float64(len(sorted)), elapsed)
	figures["p50Micros"] = percentile(sorted, 0.5)
	figures["p99Micros"] = percentile(sorted, 0.99)
	figures["p999Micros"] = percentile(sorted, 0.999)
	return figures
}

func percentile(sorted []time.Duration, share float64) float64 {
	rank := int(share * float64(len(sorted)))
	if float64(rank) < share*float64(len(sorted)) {
		rank++
	}
	return float64(sorted[rank-1].Nanoseconds()) / 1e3
}

func measure(arguments []string, once func()) {
	inFlight := number(arguments[0])
	loop(inFlight, millis(arguments[1]), once)
	show(loop(inFlight, millis(arguments[2]), once))
}

func launch(arguments []string) {
	expected, child := int64(number(arguments[3])), arguments[4]
	buffers := sync.Pool{New: func() any { return make([]byte, piece) }}
	measure(arguments, func() {
		buffer := buffers.Get().([]byte)
		defer buffers.Put(buffer)
		check(runOnce(child, expected, buffer))
	})
}

func runOnce(child string, expected int64, buffer []byte) error {
	command := exec.Command(child)
	command.Env = []string{}
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	bytes, err := drain(output, buffer)
	if err != nil {
		return err
	}
	if bytes != expected {
		return fmt.Errorf("%d bytes were read instead of %d", bytes, expected)
	}
	return command.Wait()
}

func drain(output io.Reader, buffer []byte) (int64, error) {
	var bytes int64
	for {
		got, err := output.Read(buffer)
		bytes += int64(got)
		if err == io.EOF {
			return bytes, nil
		}
		if err != nil {
			return bytes, err
		}
	}
}

// stream has one child after another, as many as are begun in the time.
func stream(direction string, arguments []string) {
	bytes, child := int64(number(arguments[2])), arguments[3]
	buffer := make([]byte, piece)
	once := func() {
		if direction == "read" {
			check(runOnce(child, bytes, buffer))
		} else {
			check(writeAll(child, bytes, buffer))
		}
	}
	loop(1, millis(arguments[0]), once)
	figures := loop(1, millis(arguments[1]), once)
	mebibytes := float64(bytes) / (1 << 20)
	show(map[string]float64{
		"perSecond":  figures["perSecond"] * mebibytes,
		"meanMicros": figures["meanMicros"] / mebibytes,
	})
}

func writeAll(child string, bytes int64, buffer []byte) error {
	command := exec.Command(child)
	input, err := command.StdinPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	for left := bytes; left > 0; left -= int64(len(buffer)) {
		if _, err := input.Write(buffer); err != nil {
			return err
		}
	}
	if err := input.Close(); err != nil {
		return err
	}
	return command.Wait()
}

// live has a goroutine for each child, which reads its output, if it has any, and then waits. Each that waits holds a
// thread, of which Go allows 10,000 unless told otherwise.
func live(arguments []string, hasOutput bool) {
	children := make([]*exec.Cmd, number(arguments[0]))
	debug.SetMaxThreads(2 * (len(children) + 1000))
	var all sync.WaitGroup
	started := time.Now()
	for i := range children {
		command := exec.Command(arguments[1])
		var output io.Reader = strings.NewReader("")
		if hasOutput {
			pipe, err := command.StdoutPipe()
			check(err)
			output = pipe
		}
		if err := command.Start(); err != nil {
			killAll(children[:i])
			fail(err)
		}
		children[i] = command
		all.Add(1)
		go func() {
			defer all.Done()
			_, _ = io.Copy(io.Discard, output)
			_ = command.Wait()
		}()
	}
	figures := rate(float64(len(children)), time.Since(started))
	figures["threads"] = status("Threads")
	figures["mebibytes"] = status("VmRSS") / 1024
	killAll(children)
	all.Wait()
	show(figures)
}

func killAll(children []*exec.Cmd) {
	for _, command := range children {
		_ = command.Process.Kill()
	}
}

func status(field string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(text), "\n") {
		if name, value, found := strings.Cut(line, ":"); found && name == field {
			return float64(number(strings.Fields(value)[0]))
		}
	}
	fail(fmt.Errorf("/proc/self/status has no %s", field))
	return 0
}
