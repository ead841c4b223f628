package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/mcp"
)

func (a *app) mcpCommand() *cobra.Command {
	var envs []string
	var list bool
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Serve the commands as tools of the Model Context Protocol, on standard input and output",
		Long: `mcp is a server of the Model Context Protocol for the program that starts it, such as
an editor or an agent: it answers on standard output until standard input ends. Its
tools return what the commands print with --json; sql reads the database of the
environment local, and can do nothing else there. Tools use the environment local,
and those that --env names. With --tools it lists the tools, and serves none.`,
		Example: "  seastack mcp\n  seastack mcp --env production\n  seastack mcp --tools --json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.mcpConfig(envs)
			if err != nil {
				return err
			}
			if list {
				return a.printTools(mcp.Tools(c))
			}
			return mcp.New(c).Run(cmd.Context(), &sdk.IOTransport{Reader: io.NopCloser(a.stdin), Writer: unclosed{a.stdout}})
		},
	}
	cmd.Flags().StringArrayVar(&envs, "env", nil, "environment that tools may use, beside local (repeatable)")
	cmd.Flags().BoolVar(&list, "tools", false, "list the tools")
	return cmd
}

// unclosed is an output that the server leaves open.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func (a *app) mcpConfig(envs []string) (mcp.Config, error) {
	p, err := a.project()
	if err != nil {
		return mcp.Config{}, err
	}
	c := mcp.Config{Version: builtVersion().Seastack, Environments: []string{config.Local}, Command: a.subcommand, Query: a.query}
	for _, name := range envs {
		if _, err := p.Config.Environment(name); err != nil {
			return c, err
		}
		c.Environments = append(c.Environments, name)
	}
	return c, nil
}

// subcommand runs a command line on the same module.
func (a *app) subcommand(ctx context.Context, stdin []byte, args ...string) (stdout, stderr []byte, exit int) {
	var out, told bytes.Buffer
	sub := &app{stdin: bytes.NewReader(stdin), stdout: &out, stderr: &told, name: a.name}
	exit = sub.execute(ctx, append([]string{"--chdir=" + a.dir}, args...))
	return out.Bytes(), told.Bytes(), exit
}

// The rows that the tool sql returns.
const (
	defaultRows = 100
	maxRows     = 1000
)

// query runs a statement that reads on the environment local.
func (a *app) query(ctx context.Context, q mcp.Query) (database.Rows, error) {
	limit := q.Limit
	if limit == 0 {
		limit = defaultRows
	}
	if limit < 1 || limit > maxRows {
		return database.Rows{}, usage(fmt.Sprintf("%d is not a number of rows", limit), fmt.Sprintf("ask for 1 to %d", maxRows))
	}
	p, err := a.project()
	if err != nil {
		return database.Rows{}, err
	}
	e, err := local.Open(p)
	if err != nil {
		return database.Rows{}, err
	}
	d, err := e.Reader(ctx, q.Analytics)
	if err != nil {
		return database.Rows{}, err
	}
	return d.Query(ctx, q.Query, limit)
}

func (a *app) printTools(tools []*sdk.Tool) error {
	if a.json {
		return a.printJSON(map[string]any{"tools": tools})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "TOOL\tREADS ONLY\tDESCRIPTION")
	for _, t := range tools {
		fmt.Fprintf(w, "%s\t%t\t%s\n", t.Name, t.Annotations.ReadOnlyHint, t.Description)
	}
	return w.Flush()
}
