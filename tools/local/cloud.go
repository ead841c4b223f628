// Package local runs what the laptop's environment needs beside Terraform: the
// local cloud as a process of its own, and the database's secret and
// migrations. It knows AWS's API only through the SDK.
package local

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/process"
)

const (
	startLimit = 20 * time.Second // for the cloud to answer
	stopLimit  = 15 * time.Second // for it to end its functions
)

// Cloud is the local cloud of one project.
type Cloud struct {
	Dir     string   // its private folder
	Port    int      // on 127.0.0.1
	Region  string   // of its ARNs
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
}

// Endpoint is the base URL of the cloud.
func (c Cloud) Endpoint() string {
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port))
}

func (c Cloud) recordFile() string { return filepath.Join(c.Dir, "process.json") }

// LogFile is where the cloud's process writes.
func (c Cloud) LogFile() string { return filepath.Join(c.Dir, "cloud.log") }

// Running gives the process of the cloud; ok is false where it does not run.
func (c Cloud) Running() (p process.Process, ok bool) {
	var r record
	if found, err := process.Load(c.recordFile(), &r); !found || err != nil {
		return process.Process{}, false
	}
	return r.Process, r.Alive()
}

// Start starts the cloud, or finds it running: then it says so. A cloud that
// an older build of this command has started, or one on another port, is
// replaced; its state stays.
func (c Cloud) Start(ctx context.Context) (started bool, err error) {
	want := record{Port: c.Port, Region: c.Region, Build: c.Build}
	var have record
	if _, err := process.Load(c.recordFile(), &have); err != nil {
		return false, err
	}
	same := have.Port == want.Port && have.Region == want.Region && have.Build == want.Build
	if have.Alive() && same && c.healthy(ctx) == nil {
		return false, nil
	}
	if err := have.Stop(ctx, stopLimit); err != nil {
		return false, err
	}
	return true, c.launch(ctx, want)
}

func (c Cloud) launch(ctx context.Context, r record) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	log, err := os.OpenFile(c.LogFile(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := c.command()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if r.Process, err = process.Of(cmd.Process.Pid); err == nil {
		err = process.Save(c.recordFile(), r)
	}
	if err != nil {
		_ = cmd.Process.Kill() // it has done nothing yet
		return err
	}
	return c.await(ctx, ended)
}

// command is the cloud as a process that outlives this one.
func (c Cloud) command() *exec.Cmd {
	cmd := exec.Command(c.Program, "localcloud", "--dir", c.Dir, "--port", strconv.Itoa(c.Port), "--region", c.Region)
	cmd.Env = c.Environ
	cmd.Dir = c.Dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// await waits until the cloud answers or has ended.
func (c Cloud) await(ctx context.Context, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return c.startFailure("ended at once")
		case <-ctx.Done():
			return c.startFailure(fmt.Sprintf("did not answer within %s", startLimit))
		case <-tick.C:
			if c.healthy(ctx) == nil {
				return nil
			}
		}
	}
}

// startFailure gives the cloud's own last words.
func (c Cloud) startFailure(what string) error {
	log, _ := os.ReadFile(c.LogFile())
	d := diag.Diagnostic{Code: "SEA5010", Message: "the local cloud " + what, Next: "see " + c.LogFile() + ", and run the command again"}
	for line := range bytes.Lines(log) {
		d.Details = append(d.Details, string(bytes.TrimRight(line, "\n")))
	}
	d.Details = d.Details[max(0, len(d.Details)-12):]
	return d
}

// healthy gives an error unless this project's cloud answers on the port.
func (c Cloud) healthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoint()+"/_localcloud/health", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var health struct {
		PID int `json:"pid"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil {
		return err
	}
	if p, ok := c.Running(); !ok || p.PID != health.PID {
		return fmt.Errorf("process %d answers on port %d", health.PID, c.Port)
	}
	return nil
}

// Stop ends the cloud and its functions; it says whether it ran.
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
