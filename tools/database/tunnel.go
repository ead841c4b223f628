package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/process"
)

// tunnelTimeout bounds how long a tunnel's command may take until its port takes
// connections.
const tunnelTimeout = 60 * time.Second

// tunnelGrace is how long a tunnel's command may take to end.
const tunnelGrace = 5 * time.Second

// Tunnel is a command that forwards a port of this machine while it runs.
type Tunnel struct {
	Address string          // 127.0.0.1:PORT
	Ended   <-chan struct{} // closed when the command has ended

	command []string
	cmd     *exec.Cmd
}

// StartTunnel starts a tunnel to a server, by a command with {host}, {port} and
// {local_port} in its arguments, and waits until its port takes connections. The caller
// stops it.
func StartTunnel(ctx context.Context, command []string, host string, port uint16) (*Tunnel, error) {
	free, err := freePort()
	if err != nil {
		return nil, err
	}
	t := &Tunnel{Address: net.JoinHostPort("127.0.0.1", strconv.Itoa(free)), command: command}
	if t.cmd, t.Ended, err = startTunnel(tunnelCommand(command, host, port, free)); err != nil {
		return nil, tunnelFailed(command, err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, tunnelTimeout)
	defer cancel()
	if err := waitForPort(ctx, t.Address, t.Ended); err != nil {
		t.Stop()
		return nil, t.Failure(err.Error())
	}
	return t, nil
}

// Stop ends the tunnel.
func (t *Tunnel) Stop() { stopTunnel(t.cmd, t.Ended) }

// Failure returns the error of a tunnel that has ended, with what its command wrote.
func (t *Tunnel) Failure(why string) error { return tunnelFailed(t.command, why+tail(t.cmd)) }

// Through returns the database as it is reached through a tunnel; as it is, where there
// is no command. The name that is verified stays that of the URL. The caller ends the
// tunnel with stop.
func (d Database) Through(ctx context.Context, command []string) (through Database, stop func(), err error) {
	if len(command) == 0 {
		return d, func() {}, nil
	}
	tunnel, err := StartTunnel(ctx, command, d.config.Host, d.config.Port)
	if err != nil {
		return d, nil, err
	}
	config := d.config.Copy()
	config.Fallbacks = nil // of the URL's other addresses, which are elsewhere
	config.LookupFunc = func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }
	config.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", tunnel.Address)
	}
	d.config = config
	return d, tunnel.Stop, nil
}

// tunnelCommand fills in the places of a command.
func tunnelCommand(command []string, host string, port uint16, local int) []string {
	places := strings.NewReplacer("{host}", host, "{port}", strconv.Itoa(int(port)), "{local_port}", strconv.Itoa(local))
	filled := make([]string, len(command))
	for i, word := range command {
		filled[i] = places.Replace(word)
	}
	return filled
}

// startTunnel starts a command in a process group of its own; ended is closed when
// it has ended.
func startTunnel(command []string) (cmd *exec.Cmd, ended <-chan struct{}, err error) {
	cmd = exec.Command(command[0], command[1:]...)
	process.SetGroup(cmd)
	cmd.Stderr = &strings.Builder{}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in what it wrote
		close(done)
	}()
	return cmd, done, nil
}

// stopTunnel ends a command and its children.
func stopTunnel(cmd *exec.Cmd, ended <-chan struct{}) {
	_ = process.SignalGroup(cmd, syscall.SIGTERM) // it may have ended
	select {
	case <-ended:
	case <-time.After(tunnelGrace):
		_ = process.SignalGroup(cmd, syscall.SIGKILL)
		<-ended
	}
}

// tail returns what a command that has ended wrote, in a line.
func tail(cmd *exec.Cmd) string {
	text := strings.Join(strings.Fields(fmt.Sprint(cmd.Stderr)), " ")
	if text == "" {
		return ""
	}
	return ": " + text[max(0, len(text)-500):]
}

// waitForPort waits until something listens at an address.
func waitForPort(ctx context.Context, address string, ended <-chan struct{}) error {
	for {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ended:
			return errors.New("the command has ended")
		case <-ctx.Done():
			return fmt.Errorf("no port was forwarded within %s", tunnelTimeout)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// freePort returns a port of loopback that nothing listens on now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func tunnelFailed(command []string, why string) error {
	return diag.Diagnostic{Code: diag.TunnelFailed, Message: "the tunnel to the database is not there: " + why,
		Details: []string{"command: " + strings.Join(command, " ")}, Next: "run the command by hand; it is the environment's tunnel in seastack.hcl"}
}
