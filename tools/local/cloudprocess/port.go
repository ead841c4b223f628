package cloudprocess

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// portFile remembers the port where the cloud was last, so that its URLs stay.
func (c Cloud) portFile() string { return filepath.Join(c.Dir, "port") }

// LastPort returns the port where the cloud was last, 0 where that is not known.
func (c Cloud) LastPort() int {
	raw, err := os.ReadFile(c.portFile())
	if err != nil {
		return 0
	}
	port, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil || port < 1 || port > 65535 {
		return 0
	}
	return port
}

// StartAnywhere starts the cloud as Start does. Where another program has its
// port and the port is not forced, the cloud takes a free one: c.Port is that
// one then, and moved the port that was taken; else moved is 0.
func (c *Cloud) StartAnywhere(ctx context.Context, forced bool) (moved int, err error) {
	_, err = c.Start(ctx)
	if !forced && portTaken(err) {
		moved = c.Port
		if c.Port, err = freePort(c.Port + 1); err != nil {
			return moved, err
		}
		_, err = c.Start(ctx)
	}
	if err != nil {
		return moved, err
	}
	return moved, os.WriteFile(c.portFile(), []byte(strconv.Itoa(c.Port)+"\n"), 0o600)
}

// portTaken reports whether the cloud could not start because another program
// listens on its port.
func portTaken(err error) bool {
	var l diag.List
	var d diag.Diagnostic
	switch {
	case errors.As(err, &l):
		return len(l) > 0 && l[0].Code == diag.PortTaken
	case errors.As(err, &d):
		return d.Code == diag.PortTaken
	}
	return false
}

// freePort returns a port of 127.0.0.1 that nobody listens on now: the first
// from the given one on, so that it is none of those that the system hands out
// to clients, if there is one among the next hundred.
func freePort(from int) (port int, err error) {
	for port = from; port < from+100 && port <= 65535; port++ {
		if listener, err := listen(port); err == nil {
			return port, listener.Close()
		}
	}
	listener, err := listen(0)
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

func listen(port int) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}
