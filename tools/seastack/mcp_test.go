package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/rogpeppe/go-internal/testscript"
)

// callTool starts `seastack mcp` as a client of the protocol does, calls a tool over
// its standard input and output, and writes the answer to $WORK/answer.json: tool NAME
// ARGUMENTS. The name "list" writes the tools.
func callTool(t *testing.T, ts *testscript.TestScript, args []string) {
	cmd := exec.Command("seastack", "mcp")
	cmd.Dir, cmd.Env, cmd.Stderr = ts.MkAbs("."), append(environ(ts), "SEASTACK_PORT="+ts.Getenv("SEASTACK_PORT")), os.Stderr
	session, err := mcp.NewClient(&mcp.Implementation{Name: "script", Version: "1"}, nil).
		Connect(t.Context(), &mcp.CommandTransport{Command: cmd}, nil)
	ts.Check(err)
	defer func() { ts.Check(session.Close()) }()
	var answer any
	if args[0] == "list" {
		answer, err = session.ListTools(t.Context(), nil)
	} else {
		arguments := json.RawMessage(strings.Join(args[1:], " "))
		answer, err = session.CallTool(t.Context(), &mcp.CallToolParams{Name: args[0], Arguments: arguments})
	}
	ts.Check(err)
	raw, err := json.MarshalIndent(answer, "", "  ")
	ts.Check(err)
	ts.Logf("%s: %s", strings.Join(args, " "), raw)
	ts.Check(os.WriteFile(filepath.Join(ts.Getenv("WORK"), "answer.json"), raw, 0o600))
}
