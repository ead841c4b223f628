package cloudprocess

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/process"
)

// launch starts the cloud's process, records that it runs, and only then lets
// it start serving.
func (c Cloud) launch(ctx context.Context, r record) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	cmd := c.command()
	closeLogs, err := c.openLogs(cmd)
	if err != nil {
		return err
	}
	defer closeLogs()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	defer stdin.Close() // which ends a process that still waits
	if err := cmd.Start(); err != nil {
		return err
	}
	alive, ended := context.WithCancel(ctx)
	go func() { _ = cmd.Wait(); ended() }() // how it ended, it tells itself
	if r.Process, err = process.Of(cmd.Process.Pid); err != nil {
		return err
	}
	if err := process.Save(c.recordFile(), r); err != nil {
		return err
	}
	_, _ = stdin.Write([]byte("\n")) // a process that has ended already does not read it: await tells
	return c.await(alive)
}

// AwaitRecord waits, in the cloud's process, until the command that started it
// has recorded that it runs. It returns an error when that command has ended
// before: a cloud without a record could not be stopped.
func AwaitRecord(stdin io.Reader) error {
	if n, _ := stdin.Read(make([]byte, 1)); n == 0 {
		return errors.New("the command that started the local cloud has ended")
	}
	return nil
}

// command returns the command that runs the cloud in a session of its own, so
// that it outlives this process. It reports errors as JSON.
func (c Cloud) command() *exec.Cmd {
	args := []string{"--json", "localcloud", "--await-record", "--dir", c.Dir, "--port", strconv.Itoa(c.Port), "--region", c.Region}
	for _, m := range c.Mounts {
		args = append(args, "--mount", m.String())
	}
	cmd := exec.Command(c.Program, args...)
	cmd.Env = c.Environ
	cmd.Dir = c.Dir
	process.SetSession(cmd)
	return cmd
}

func (c Cloud) openLogs(cmd *exec.Cmd) (closeLogs func(), err error) {
	log, err := os.OpenFile(c.LogFile(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	faults, err := os.Create(c.faultsFile())
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	cmd.Stdout, cmd.Stderr = faults, log
	return func() { log.Close(); faults.Close() }, nil
}

// await waits until the cloud answers; alive is over when its process is.
func (c Cloud) await(alive context.Context) error {
	bound, cancel := context.WithTimeout(alive, startLimit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for c.healthy(bound) != nil {
		select {
		case <-bound.Done():
			if alive.Err() != nil {
				return c.startFailure("ended at once")
			}
			return c.startFailure(fmt.Sprintf("did not answer within %s", startLimit))
		case <-tick.C:
		}
	}
	return nil
}

// startFailure returns what the cloud has found wrong, else its last words.
func (c Cloud) startFailure(what string) error {
	var report struct{ Errors diag.List }
	if _, err := process.Load(c.faultsFile(), &report); err == nil && len(report.Errors) > 0 && report.Errors[0].Code != "" {
		return report.Errors
	}
	log, _ := os.ReadFile(c.LogFile()) // none: it had nothing to say
	d := diag.Diagnostic{Code: diag.CloudNotStarted, Message: "the local cloud " + what, Next: "see " + c.LogFile() + ", and run the command again"}
	for line := range bytes.Lines(log) {
		d.Details = append(d.Details, string(bytes.TrimRight(line, "\n")))
	}
	d.Details = d.Details[max(0, len(d.Details)-12):]
	return d
}
