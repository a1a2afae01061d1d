//go:build linux

package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"example.com/lastgood/internal/scenario"
)

// one is the environment variable with the run of a process. The process writes the result to file descriptor 3,
// because a library can write to the others.
const one = "LASTGOOD_PEERS_RUN"

// order is one run.
type order struct {
	Library  int // in libraries
	Scenario int // in scenario.All
	Patience time.Duration
}

// runsOne does the run of the environment variable. It returns false if there is none.
func runsOne() bool {
	text := os.Getenv(one)
	if text == "" {
		return false
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		panic(err)
	}
	result := scenario.Run(scenario.All[o.Scenario], libraries[o.Library], o.Patience)
	if err := json.NewEncoder(os.NewFile(3, "result")).Encode(result); err != nil {
		panic(err)
	}
	return true
}

// crashed is the outcome of a run in which the library ended the process.
const crashed scenario.Outcome = "crashed"

// run does the run in a new process.
func (o order) run() scenario.Result {
	text, err := json.Marshal(o)
	if err != nil {
		return scenario.Result{Outcome: scenario.Failed, Why: err.Error()}
	}
	in, out, err := os.Pipe()
	if err != nil {
		return scenario.Result{Outcome: scenario.Failed, Why: err.Error()}
	}
	defer in.Close()
	var stderr bytes.Buffer
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), one+"="+string(text))
	cmd.Stderr = &stderr
	cmd.ExtraFiles = []*os.File{out}
	err = cmd.Start()
	out.Close()
	if err != nil {
		return scenario.Result{Outcome: scenario.Failed, Why: err.Error()}
	}
	var result scenario.Result
	failed := json.NewDecoder(in).Decode(&result) // it blocks until the process ends
	if err := cmd.Wait(); err != nil || failed != nil {
		last := strings.TrimSpace(stderr.String())
		return scenario.Result{Outcome: crashed, Why: fmt.Sprintf("%v, %v: %s", err, failed, last[max(0, len(last)-500):])}
	}
	return result
}
