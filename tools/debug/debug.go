// Package debug runs functions under delve: it finds delve, says how it is started, and
// writes the configurations by which editors attach to it. It starts nothing itself.
package debug

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/seastack/seastack/gen/diag"
)

// DefaultPort is the port that delve listens on.
const DefaultPort = 2345

// getDelve is what adds delve to a module.
const getDelve = "go get -tool github.com/go-delve/delve/cmd/dlv@v1.27.2"

// Find returns the path of delve: the module's own tool, or the one in PATH.
func Find(ctx context.Context, root string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "tool", "-n", "dlv") // which builds it first
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	path, err := exec.LookPath("dlv")
	if err != nil {
		return "", diag.Diagnostic{Code: diag.NoDebugger, Message: "there is no delve: neither a tool dlv in go.mod nor a program dlv in PATH",
			Next: "add it: " + getDelve}
	}
	return path, nil
}

// Command returns the command that runs a function under delve, for any number of
// clients, one after the other, of DAP and of delve's own protocol. The function runs
// without waiting for one.
// https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv_exec.md
func Command(dlv, binary string, port int) []string {
	return []string{dlv, "exec", binary, "--headless", "--accept-multiclient", "--continue", "--api-version=2",
		"--listen=" + address(port), "--check-go-version=false"}
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// CheckPort returns an error where delve cannot listen on a port.
func CheckPort(port int) error {
	l, err := net.Listen("tcp", address(port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return diag.Diagnostic{Code: diag.DebugPortTaken, Message: "another program listens on port " + strconv.Itoa(port) + ", which is for the debugger",
			Next: "end it, or choose another port with --debug-port"}
	}
	if err != nil {
		return err
	}
	return l.Close()
}

// Failed returns the error of a function that does not run under delve.
func Failed(id, why string) error {
	return diag.Diagnostic{Code: diag.NoDebugger, Message: id + " does not run under delve", Details: []string{why},
		Next: "see to it that this user may trace processes (on Linux: sysctl kernel.yama.ptrace_scope), and that the function starts without delve"}
}
