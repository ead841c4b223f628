// Package cloudprocess runs the local cloud of a project as a process that
// outlives the command that starts it: it starts, finds, replaces and stops it. It
// knows nothing of what the cloud serves.
package cloudprocess

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/process"
)

const (
	startLimit = 20 * time.Second // for the cloud to answer
	stopLimit  = 15 * time.Second // for it to end its functions
)

// Cloud is the local cloud of one project.
type Cloud struct {
	Dir     string // its private folder
	Port    int    // on 127.0.0.1
	Region  string // of its ARNs
	Mounts  []s3.Mount
	Program string   // this command's own executable
	Build   string   // identifies the program's content: go tool runs one program from several places
	Environ []string // of the process
}

// record is what a later command must know of the running cloud.
type record struct {
	process.Process
	Port   int    `json:"port"`
	Region string `json:"region"`
	Build  string `json:"build"` // another build is started anew
	Mounts string `json:"mounts,omitempty"`
}

// Endpoint is the base URL of the cloud.
func (c Cloud) Endpoint() string { return "http://" + c.addr() }

func (c Cloud) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)) }

func (c Cloud) recordFile() string { return filepath.Join(c.Dir, "process.json") }

// faultsFile is where the cloud's process writes why it cannot start.
func (c Cloud) faultsFile() string { return filepath.Join(c.Dir, "faults.json") }

// LogFile is where the cloud's process writes.
func (c Cloud) LogFile() string { return filepath.Join(c.Dir, "cloud.log") }

// Running returns the process of the cloud; ok is false where it does not run.
func (c Cloud) Running() (p process.Process, ok bool) {
	r := c.record()
	return r.Process, r.Alive()
}

// RunningPort returns the port that the cloud listens on, 0 where it does not run.
func (c Cloud) RunningPort() int {
	if r := c.record(); r.Alive() {
		return r.Port
	}
	return 0
}

// record reads the record. One that cannot be read is none: should a cloud run
// all the same, the next one finds its state taken, and says by whom.
func (c Cloud) record() record {
	var r record
	if found, err := process.Load(c.recordFile(), &r); !found || err != nil {
		return record{}
	}
	return r
}

// Start starts the cloud, or finds it running: then it says so. A cloud that
// an older build of this command has started, or one on another port, is
// replaced; its state stays. The running one goes on where the port of its
// replacement is taken.
func (c Cloud) Start(ctx context.Context) (started bool, err error) {
	want := record{Port: c.Port, Region: c.Region, Build: c.Build, Mounts: fmt.Sprint(c.Mounts)}
	have := c.record()
	same := have.Port == want.Port && have.Region == want.Region && have.Build == want.Build && have.Mounts == want.Mounts
	if have.Alive() && same && c.healthy(ctx) == nil {
		return false, nil
	}
	if have.Alive() && have.Port != want.Port {
		if err := localcloud.CheckListen(c.addr()); err != nil {
			return false, Diagnose(err)
		}
	}
	if err := have.Stop(ctx, stopLimit); err != nil {
		return false, err
	}
	return true, c.launch(ctx, want)
}

// healthy returns an error unless this project's cloud answers on the port.
func (c Cloud) healthy(ctx context.Context) error {
	_, err := c.State(ctx)
	return err
}

// State returns the name of the state that the project's cloud has.
func (c Cloud) State(ctx context.Context) (string, error) {
	health, err := c.health(ctx)
	if err != nil {
		return "", err
	}
	if p, ok := c.Running(); !ok || p.PID != health.PID {
		return "", fmt.Errorf("process %d answers on port %d", health.PID, c.Port)
	}
	return health.State, nil
}

// healthLimit is how long a cloud may take to answer, on a machine that is busy.
const healthLimit = 15 * time.Second

// health asks whoever answers on the port.
func (c Cloud) health(ctx context.Context) (health localcloud.Health, err error) {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoint()+"/_localcloud/health", nil)
	if err != nil {
		return health, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return health, err
	}
	defer resp.Body.Close()
	return health, json.NewDecoder(resp.Body).Decode(&health)
}

// Stop ends the cloud and its functions; it reports whether it ran.
func (c Cloud) Stop(ctx context.Context) (bool, error) {
	p, running := c.Running()
	if !running {
		return false, nil
	}
	if err := p.Stop(ctx, stopLimit); err != nil {
		return true, err
	}
	return true, os.Remove(c.recordFile())
}
