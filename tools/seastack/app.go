package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// Exit codes: the contract of every command.
const (
	exitDone     = 0
	exitFindings = 1 // findings, changes or failures
	exitUsage    = 2 // wrong usage or configuration
)

// app is what the commands share: streams and global flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	dir            string
	json           bool
	quiet          bool
}

// errFindings ends a command with exit code 1 when its output has said it all.
var errFindings = errors.New("findings")

// usageError is a mistake in the command line.
type usageError struct{ error }

// run runs one command line and gives its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return a.exit(ctx, root.ExecuteContext(ctx))
}

// exit reports err as people or machines read it, and gives the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFindings):
		return exitFindings
	case ctx.Err() != nil:
		fmt.Fprintln(a.stderr, "interrupted; run the command again to go on")
		return exitFindings
	}
	a.report(err)
	var usage usageError
	if errors.As(err, &usage) || isConfig(err) {
		return exitUsage
	}
	return exitFindings
}

// report prints an error: on stderr as text and, with --json, on stdout too.
func (a *app) report(err error) {
	fmt.Fprintln(a.stderr, err)
	if a.json {
		_ = a.printJSON(map[string]any{"errors": findings(err)}) // stderr has it already
	}
}

// findings gives all diagnostics within an error; an error that has none is one
// without a code.
func findings(err error) []diag.Diagnostic {
	if all := diagnostics(err); len(all) > 0 {
		return all
	}
	return []diag.Diagnostic{{Message: err.Error()}}
}

func diagnostics(err error) (all []diag.Diagnostic) {
	switch e := err.(type) {
	case diag.List:
		return e
	case diag.Diagnostic:
		return []diag.Diagnostic{e}
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			all = append(all, diagnostics(part)...)
		}
	case interface{ Unwrap() error }:
		return diagnostics(e.Unwrap())
	}
	return all
}

// isConfig says whether an error is about seastack.hcl or what names it: SEA3xxx.
func isConfig(err error) bool {
	for _, d := range findings(err) {
		if !strings.HasPrefix(d.Code, "SEA3") {
			return false
		}
	}
	return true
}

// project finds the module that the command works on.
func (a *app) project() (project.Project, error) { return project.Find(a.dir) }

// progress gives the reporter of the work's progress, on stderr.
func (a *app) progress() *progress.Reporter {
	if a.quiet {
		return progress.Discard()
	}
	return progress.New(a.stderr, os.Getenv)
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "seastack",
		Short: "The serverless monolith: annotated Go to deployed AWS Lambda stacks",
		Long: `seastack turns annotated Go into Terraform and reproducible zips, deploys them
stack by stack, and runs the whole monolith on a laptop.

Exit codes: 0 done; 1 findings, changes or failures; 2 wrong usage or configuration.`,
		SilenceUsage: true, SilenceErrors: true,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVarP(&a.dir, "chdir", "C", ".", "work on the module that this folder is in")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print one JSON document on stdout")
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "show no progress")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\n    next: see %s --help", err, cmd.CommandPath())}
	})
	for _, command := range a.commands() {
		root.AddCommand(command)
	}
	return root
}

// commands is the list of subcommands: one line and one file each.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.generateCommand(),
		a.buildCommand(),
		a.verifyCommand(),
		a.modelCommand(),
		a.annotationsCommand(),
		a.upCommand(),
		a.downCommand(),
		a.statusCommand(),
		a.planCommand(),
		a.applyCommand(),
		a.invokeCommand(),
		a.localcloudCommand(),
	}
}

// noArgs refuses arguments with a usage error.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, and was given %q\n    next: see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())}
	}
	return nil
}
