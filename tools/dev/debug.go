package dev

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seastack/seastack/tools/debug"
	"github.com/seastack/seastack/tools/localcloud"
)

// debugger is the function that runs under delve, in the local cloud.
type debugger struct {
	id  string
	dlv string
	dir string // of the binary; temporary
	url string // by which the local cloud is asked to run it
}

// checkDebug returns the path of delve, or what keeps a function from running under it.
// It is asked before all that takes time.
func checkDebug(ctx context.Context, root string, port int) (dlv string, err error) {
	if err := debug.CheckPort(port); err != nil {
		return "", err
	}
	return debug.Find(ctx, root)
}

// startDebugging runs the function that is wanted under delve.
func (s *session) startDebugging(ctx context.Context) error {
	id := s.options.Debug
	if id == "" {
		return nil
	}
	cfg, err := s.environment.AWSConfig(ctx)
	if err != nil {
		return err
	}
	d := &debugger{id: id, dlv: s.dlv, url: aws.ToString(cfg.BaseEndpoint) + localcloud.DebugPath + s.onAWS(id)}
	if d.dir, err = os.MkdirTemp("", "seastack-debug-"); err != nil {
		return err
	}
	s.debug = d
	return s.redebug(ctx)
}

// redebug compiles the function for delve, and has the local cloud run it: in the place
// of the one before.
func (s *session) redebug(ctx context.Context) (err error) {
	d, port := s.debug, s.options.DebugPort
	task := s.report.Start("debug " + d.id)
	task.Update("compiling without optimizations; the first time, Go compiles all packages")
	defer func() { task.Close(err, "delve listens on port %d", port) }()
	binary := filepath.Join(d.dir, "function")
	if err := s.linker.LinkDebug(ctx, d.id, binary); err != nil {
		return err
	}
	body, err := json.Marshal(localcloud.DebugRequest{Command: debug.Command(d.dlv, binary, port)})
	if err != nil {
		return err
	}
	if err := d.send(ctx, http.MethodPut, body); err != nil {
		return debug.Failed(d.id, err.Error())
	}
	s.options.Tell(Event{Event: Debugged, Functions: []string{d.id}, Debugger: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))})
	return nil
}

// endDebugging runs the function's own code again.
func (s *session) endDebugging(ctx context.Context) error {
	if s.debug == nil {
		return nil
	}
	return errors.Join(s.debug.send(ctx, http.MethodDelete, nil), os.RemoveAll(s.debug.dir))
}

// send sends a request about the function to the local cloud.
func (d *debugger) send(ctx context.Context, method string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, method, d.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNoContent {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20)) // what is read says enough
	var refused struct{ Message string }
	if json.Unmarshal(text, &refused) == nil && refused.Message != "" {
		return errors.New(refused.Message)
	}
	return fmt.Errorf("the local cloud answers %s", resp.Status)
}
