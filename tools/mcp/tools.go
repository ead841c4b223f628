package mcp

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// commandLine is how a tool runs the command.
type commandLine struct {
	args  []string
	stdin []byte
	env   string // environment that it uses; "" for none
}

// line returns a command line. Values of flags stand behind a "=", and arguments behind
// "--", so that none is taken for a flag.
func line(command string) commandLine { return commandLine{args: []string{command}} }

// with returns the line with a flag, unless its value is empty.
func (l commandLine) with(flag, value string) commandLine {
	if value != "" {
		l.args = append(l.args, "--"+flag+"="+value)
	}
	return l
}

// in returns the line for an environment; "" is the one that the command takes then.
func (l commandLine) in(env string) commandLine {
	l.env = env
	return l.with("env", env)
}

// of returns the line with arguments.
func (l commandLine) of(args ...string) commandLine {
	l.args = append(append(l.args, "--"), args...)
	return l
}

// None is the input of a tool that takes none.
type None struct{}

// Invoke is the input of the tool invoke.
type Invoke struct {
	Function string   `json:"function" jsonschema:"STACK/FUNCTION"`
	Env      string   `json:"env,omitempty" jsonschema:"environment; default: local"`
	Event    any      `json:"event,omitempty" jsonschema:"the whole event, as JSON; default: what the function's trigger would send"`
	HTTP     string   `json:"http,omitempty" jsonschema:"request to a function behind a route, such as: GET /interviews?limit=2"`
	Headers  []string `json:"headers,omitempty" jsonschema:"of the request, such as: Name: value"`
	Body     string   `json:"body,omitempty" jsonschema:"of the request, or of the queue's message"`
}

func (i Invoke) line() (commandLine, error) {
	l := line("invoke").in(i.Env).with("http", i.HTTP)
	for _, h := range i.Headers {
		l = l.with("header", h)
	}
	switch {
	case i.Event != nil && (i.Body != "" || i.HTTP != "" || len(i.Headers) > 0):
		return l, errors.New("event goes with neither http, headers nor body")
	case i.Event != nil:
		raw, err := json.Marshal(i.Event)
		if err != nil {
			return l, err
		}
		l.stdin = raw
		l = l.with("event", "-")
	case i.Body != "": // by standard input: one that begins with @ names no file
		l.stdin = []byte(i.Body)
		l = l.with("body", "@-")
	}
	return l.of(i.Function), nil
}

// Logs is the input of the tool logs.
type Logs struct {
	Functions []string `json:"functions,omitempty" jsonschema:"each STACK or STACK/FUNCTION; default: all"`
	Env       string   `json:"env,omitempty" jsonschema:"environment; default: local"`
	Since     string   `json:"since,omitempty" jsonschema:"how far to look back, such as 10m or 1h; default: 10m"`
	Filter    string   `json:"filter,omitempty" jsonschema:"pattern of CloudWatch Logs, such as ERROR"`
}

func (i Logs) line() (commandLine, error) {
	return line("logs").in(i.Env).with("since", i.Since).with("filter", i.Filter).of(i.Functions...), nil
}

// Traces is the input of the tool traces.
type Traces struct {
	ID       string `json:"id,omitempty" jsonschema:"trace to show; default: list the newest"`
	Function string `json:"function,omitempty" jsonschema:"list only traces that reached this STACK/FUNCTION or stack"`
	Since    string `json:"since,omitempty" jsonschema:"how far to look back, such as 10m; default: 1h"`
	Slow     bool   `json:"slow,omitempty" jsonschema:"the slowest first"`
	Errors   bool   `json:"errors,omitempty" jsonschema:"only those in which something failed"`
	Limit    int    `json:"limit,omitempty" jsonschema:"so many at most; default: 20"`
}

func (i Traces) line() (commandLine, error) {
	l := line("trace").with("function", i.Function).with("since", i.Since).with("slow", text(i.Slow)).with("errors", text(i.Errors))
	if i.Limit != 0 {
		l = l.with("limit", fmt.Sprint(i.Limit))
	}
	if i.ID != "" {
		l = l.of(i.ID)
	}
	return l, nil
}

// text returns a flag that is set as a value of it, and "" for one that is not.
func text(set bool) string {
	if set {
		return "true"
	}
	return ""
}

// Affected is the input of the tool affected.
type Affected struct {
	Base string `json:"base" jsonschema:"revision of git to compare the worktree with, or: deployed"`
	Env  string `json:"env,omitempty" jsonschema:"environment for which functions are built"`
}

func (i Affected) line() (commandLine, error) {
	return line("affected").with("base", i.Base).in(i.Env), nil
}

// Explain is the input of the tool explain.
type Explain struct {
	Function string `json:"function" jsonschema:"STACK/FUNCTION"`
	Base     string `json:"base" jsonschema:"revision of git to compare the worktree with, or: deployed"`
	Env      string `json:"env,omitempty" jsonschema:"environment for which functions are built"`
}

func (i Explain) line() (commandLine, error) {
	return line("explain").with("base", i.Base).in(i.Env).of(i.Function), nil
}

// Cost is the input of the tool cost.
type Cost struct {
	Env   string `json:"env,omitempty" jsonschema:"environment; default: local"`
	Since string `json:"since,omitempty" jsonschema:"how far to look back, such as 24h"`
}

func (i Cost) line() (commandLine, error) {
	return line("cost").in(i.Env).with("since", i.Since), nil
}

// Query is the input of the tool sql.
type Query struct {
	Query     string `json:"query" jsonschema:"one SQL statement"`
	Analytics bool   `json:"analytics,omitempty" jsonschema:"on the analytics store instead of the database"`
	Limit     int    `json:"limit,omitempty" jsonschema:"rows at most, 1 to 1000; default: 100"`
}

// addTools adds the tools: one for each command, and the query.
func (s *server) addTools() {
	command := func(name string) func(None) (commandLine, error) {
		return func(None) (commandLine, error) { return line(name), nil }
	}
	add(s, &mcp.Tool{Name: "model", Annotations: readOnly("Model of the module"),
		Description: "The module's stacks, functions, triggers, queues, events, buckets and secrets, and what each function may do."}, command("model"))
	add(s, &mcp.Tool{Name: "status", Annotations: readOnly("Status of local"),
		Description: "What of the environment local runs on this machine, and where. Exit code 1: not all of it runs."}, command("status"))
	add(s, &mcp.Tool{Name: "invoke", Annotations: &mcp.ToolAnnotations{Title: "Invoke a function", DestructiveHint: new(true)},
		Description: "Invoke one function and wait for its result. It does what its code does: it may write data and send messages. " +
			"Exit code 1: the function has failed."}, Invoke.line)
	add(s, &mcp.Tool{Name: "logs", Annotations: readOnly("Logs of functions"),
		Description: "What functions have logged, in the order of their times."}, Logs.line)
	add(s, &mcp.Tool{Name: "traces", Annotations: readOnly("Traces"),
		Description: "Where the time of a request went, across functions; without an ID, the newest traces."}, Traces.line)
	add(s, &mcp.Tool{Name: "affected", Annotations: readOnly("What a change touches"),
		Description: "Which functions, stacks and tests the worktree's difference from a revision touches, and why."}, Affected.line)
	add(s, &mcp.Tool{Name: "explain", Annotations: readOnly("Why a function differs"),
		Description: "Why a function's code or configuration differs from what it was at a revision."}, Explain.line)
	add(s, &mcp.Tool{Name: "cost", Annotations: readOnly("What functions cost"),
		Description: "What functions and stacks cost in a month at AWS's list prices, as they were used."}, Cost.line)
	s.addQuery()
}
