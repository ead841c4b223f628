package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/process"
)

func (a *app) testCommand() *cobra.Command {
	var f baseFlags
	cmd := &cobra.Command{
		Use:   "test --base REV [-- go test flags]",
		Short: "Run the tests that a change can affect",
		Long: `test runs go test for the packages whose tests can come out differently since a
revision, and says what it leaves out. Where that cannot be told, it runs all.
What follows -- is passed to go test. The exit code is 1 when a test fails.`,
		Example: "  seastack test --base main\n  seastack test --base main -- -race -count=1",
		RunE: func(cmd *cobra.Command, args []string) error {
			if at := cmd.ArgsLenAtDash(); len(args) > 0 && at != 0 {
				return usage(fmt.Sprintf("test takes no argument before --, and was given %q", args[0]), "see "+cmd.CommandPath()+" --help")
			}
			return a.test(cmd.Context(), f, args)
		},
	}
	f.add(cmd)
	return cmd
}

// selection is the JSON of `test`.
type selection struct {
	Everything string        `json:"everything,omitempty"`
	Tests      []change.Test `json:"tests"`
	LeftOut    int           `json:"left_out"`
	Passed     bool          `json:"passed"`
}

func (a *app) test(ctx context.Context, f baseFlags, flags []string) error {
	if f.base == deployedBase {
		return usage("what is deployed has no tests to compare with", "name a revision, as in --base main")
	}
	answer, err := a.affected(ctx, f, false)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.stderr, selected(answer))
	if len(answer.Tests) > 0 {
		err = a.goTest(ctx, answer.Tests, flags)
	}
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	if a.json {
		out := selection{answer.Everything, answer.Tests, answer.Untouched.Tests, err == nil}
		if err := a.printJSON(out); err != nil {
			return err
		}
	}
	if err != nil {
		return errFindings // go test has said it all
	}
	return nil
}

// selected says in one line which tests run, and why the others do not.
func selected(answer change.Affected) string {
	all := len(answer.Tests) + answer.Untouched.Tests
	if answer.Everything != "" {
		return fmt.Sprintf("all %d packages with tests: %s", all, answer.Everything)
	}
	return fmt.Sprintf("%d of %d packages with tests; nothing that the others are made of or read differs from %s",
		len(answer.Tests), all, answer.Base)
}

// goTestArgs returns the arguments of the go command. The packages come first:
// what follows -args is the tests' own.
func goTestArgs(tests []change.Test, flags []string) []string {
	args := []string{"test"}
	for _, t := range tests {
		args = append(args, t.Package)
	}
	return append(args, flags...)
}

// stopDelay bounds the wait for tests that were told to stop.
const stopDelay = 10 * time.Second

// goTest runs the tests. With --json their output goes to stderr.
func (a *app) goTest(ctx context.Context, tests []change.Test, flags []string) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", goTestArgs(tests, flags)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.Root, os.Environ(), a.stdout, a.stderr
	if a.json {
		cmd.Stdout = a.stderr
	}
	process.SetGroup(cmd)
	cmd.Cancel = func() error { return process.SignalGroup(cmd, syscall.SIGINT) }
	cmd.WaitDelay = stopDelay
	return cmd.Run()
}
