package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/database"
)

// Command runs one command line of the command, less the program, and returns what it
// prints on standard output and standard error, and its exit code.
type Command func(ctx context.Context, stdin []byte, args ...string) (stdout, stderr []byte, exit int)

// Config is what a server needs.
type Config struct {
	Version      string
	Environments []string // that tools may name
	Command      Command
	// Query runs a statement that only reads on the environment local.
	Query func(ctx context.Context, q Query) (database.Rows, error)
}

// Output is the result of a tool that runs a command.
type Output struct {
	ExitCode int `json:"exitCode" jsonschema:"0: done; 1: findings, changes or failures, as the command documents"`
	Result   any `json:"result" jsonschema:"what the command prints with --json"`
}

// server holds the tools.
type server struct {
	Config
	mcp   *mcp.Server
	tools []*mcp.Tool
}

// New returns the server. It serves on whatever transport it is run with.
func New(c Config) *mcp.Server { return newServer(c).mcp }

// Tools returns the tools of a server, in their order.
func Tools(c Config) []*mcp.Tool { return newServer(c).tools }

func newServer(c Config) *server {
	s := &server{Config: c, mcp: mcp.NewServer(&mcp.Implementation{Name: "seastack", Version: c.Version}, &mcp.ServerOptions{
		Instructions: "Tools for one Seastack module: stacks of Lambda functions in Go. The environment local runs on this machine; " +
			"it must be up (seastack up). Functions are named STACK/FUNCTION, as model and status list them.",
	})}
	s.addTools()
	return s
}

// add adds a tool that runs a command line, which args returns.
func add[In any](s *server, tool *mcp.Tool, line func(In) (commandLine, error)) {
	s.tools = append(s.tools, tool)
	mcp.AddTool(s.mcp, tool, func(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, Output, error) {
		l, err := line(in)
		if err != nil {
			return nil, Output{}, err
		}
		out, err := s.run(ctx, l)
		return nil, out, err
	})
}

// run runs a command line.
func (s *server) run(ctx context.Context, l commandLine) (Output, error) {
	if l.env != "" && !slices.Contains(s.Environments, l.env) {
		return Output{}, fmt.Errorf("this server may not use the environment %s, but: %s; start it with --env to change that",
			l.env, strings.Join(s.Environments, ", "))
	}
	stdout, stderr, exit := s.Command(ctx, l.stdin, append([]string{"--json", "--quiet"}, l.args...)...)
	out := Output{ExitCode: exit}
	var failed struct{ Errors []diag.Diagnostic }
	if err := json.Unmarshal(stdout, &out.Result); err != nil {
		return out, errors.New(strings.TrimSpace(string(stderr)))
	}
	if exit != 0 && json.Unmarshal(stdout, &failed) == nil && len(failed.Errors) > 0 {
		return out, diag.List(failed.Errors).Err()
	}
	out.Result = withoutPasswords(out.Result)
	return out, nil
}

// withoutPasswords returns a value of JSON in which no URL has a password: `status`
// prints that of the database's superuser.
func withoutPasswords(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = withoutPasswords(member)
		}
	case []any:
		for i, element := range v {
			v[i] = withoutPasswords(element)
		}
	case string:
		if u, err := url.Parse(v); err == nil && strings.HasPrefix(u.Scheme, "postgres") {
			u.User, u.RawQuery = nil, "" // either can have it
			return u.String()
		}
	}
	return v
}

// addQuery adds the tool that reads databases.
func (s *server) addQuery() {
	tool := &mcp.Tool{Name: "sql", Annotations: readOnly("Query the local database"),
		Description: "Run one SQL statement that reads the database of the environment local, in a read-only transaction " +
			"with a statement timeout of 5 s. Returns the rows as texts, null for NULL."}
	s.tools = append(s.tools, tool)
	mcp.AddTool(s.mcp, tool, func(ctx context.Context, _ *mcp.CallToolRequest, q Query) (*mcp.CallToolResult, database.Rows, error) {
		rows, err := s.Query(ctx, q)
		return nil, rows, err
	})
}

// readOnly returns the annotations of a tool that changes nothing.
func readOnly(title string) *mcp.ToolAnnotations {
	return &mcp.ToolAnnotations{Title: title, ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: new(false)}
}
