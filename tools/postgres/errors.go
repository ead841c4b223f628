package postgres

import (
	"fmt"
	"os"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// missing says how to come by PostgreSQL on the operating system.
func missing(goos string) error {
	next := map[string]string{
		"linux":  "install it: apt-get install postgresql, dnf install postgresql-server, or apk add postgresql",
		"darwin": "install it: brew install postgresql@17",
	}[goos]
	if next == "" {
		next = "install it"
	}
	return diag.Diagnostic{
		Code:    diag.NoPostgres,
		Message: fmt.Sprintf("PostgreSQL %d or newer was not found on PATH or where packages put it (looked for initdb and postgres)", oldestMajor),
		Next:    next + "; or set DATABASE_URL to a server of your own",
	}
}

func initFailed(err error, output string) error {
	return diag.Diagnostic{
		Code: diag.InitdbFailed, Message: "initdb could not make the database's files: " + err.Error(),
		Details: lastLines(output), Next: "correct what it says, and run the command again",
	}
}

func startFailed(reason, logFile, log string) error {
	return diag.Diagnostic{
		Code: diag.PostgresNotStarted, Message: "PostgreSQL did not start: " + reason,
		Details: lastLines(log), Next: "see " + logFile + ", correct what it says, and run the command again",
	}
}

func otherVersion(have, want int, dir string) error {
	return diag.Diagnostic{
		Code:    diag.PostgresVersion,
		Message: fmt.Sprintf("the database's files are of PostgreSQL %d, and this machine has %d", want, have),
		Next:    fmt.Sprintf("install PostgreSQL %d; or remove %s to start with an empty database", want, dir),
	}
}

func portTaken(port int) error {
	return diag.Diagnostic{
		Code: diag.PostgresPortTaken, Message: fmt.Sprintf("port %d, which PostgreSQL is to listen on, is taken by another process", port),
		Next: "stop that process, or leave the choice of the port open",
	}
}

func noAccount() error {
	return diag.Diagnostic{
		Code: diag.NoPostgresAccount, Message: "PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as",
		Next: "run the command as another user, or set DATABASE_URL to a server of your own",
	}
}

func noAnswer(pid int, logFile string) error {
	return diag.Diagnostic{
		Code: diag.PostgresHangs, Message: fmt.Sprintf("PostgreSQL runs as process %d and does not answer", pid),
		Next: "see " + logFile + "; to stop it, run: seastack down",
	}
}

// lastLines returns the end of a program's output: its own words are the best
// account of what went wrong.
func lastLines(output string) []string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	lines = lines[max(0, len(lines)-10):]
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

// readFrom returns what a file has from an offset on; nothing when it cannot be read.
func readFrom(file string, offset int64) string {
	raw, err := os.ReadFile(file)
	if err != nil || int64(len(raw)) < offset {
		return ""
	}
	return string(raw[offset:])
}
