package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"slices"
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
	name           string // how the user calls the command
}

// errFindings ends a command with exit code 1 when its output has said it all.
var errFindings = errors.New("findings")

// usage is a mistake in the command line.
func usage(message, next string) error {
	return diag.Diagnostic{Code: diag.Usage, Message: message, Next: next}
}

// run runs one command line, which begins with the program as the user called
// it, and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), signals()...)
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, name: typedAs(args[0])}
	return a.execute(ctx, args[1:])
}

// execute runs a command line without the program, and returns its exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	return a.exit(ctx, root.ExecuteContext(ctx))
}

// signals returns the signals that stop a command cleanly. Repeated ones change
// nothing: go tool passes on a terminal's interrupt, which comes twice that way.
func signals() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // by nohup
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// exit reports err as people or machines read it, and returns the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFindings):
		return exitFindings
	case ctx.Err() != nil:
		a.report(interrupted(err))
		return exitFindings
	}
	err = explained(err)
	a.report(err)
	if isConfig(err) {
		return exitUsage
	}
	return exitFindings
}

// interrupted tells of an interruption, and of what Terraform said at that: a line
// for each kind of failure, and all of one to write a state.
func interrupted(err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Interrupted, Message: "interrupted", Next: "run the command again to go on"}
	for _, f := range diag.In(err) {
		if f.Code != diag.TerraformFailed || slices.Contains(d.Details, f.Message) {
			continue
		}
		d.Details = append(d.Details, f.Message)
		if strings.Contains(f.Message, "state") {
			d.Details = append(d.Details, f.Details...)
		}
	}
	return d
}

// explained returns an error of the file system that nobody else has explained a
// code and a next step.
func explained(err error) error {
	switch {
	case len(diag.In(err)) > 0:
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return diag.Diagnostic{Code: diag.NoSpace, Message: "no space is left: " + err.Error(),
			Next: "free some space and run the command again; what was there before is as it was"}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS),
		errors.Is(err, syscall.EIO), errors.Is(err, syscall.ELOOP):
		return diag.Diagnostic{Code: diag.FileUnusable, Message: "a file cannot be used: " + err.Error(),
			Next: "see to it that you may read and write there, and run the command again"}
	}
	return err
}

// report prints an error: on stderr as text and, with --json, on stdout too.
func (a *app) report(err error) {
	fmt.Fprintln(a.stderr, a.typed(err.Error()))
	if a.json {
		all := diag.Findings(err)
		for i, d := range all {
			all[i] = a.typedFinding(d)
		}
		_ = a.printJSON(map[string]any{"errors": all}) // stderr has it already
	}
}

// isConfig reports whether an error is about the command line, seastack.hcl or what
// names it: SEA3xxx.
func isConfig(err error) bool {
	for _, d := range diag.Findings(err) {
		if !strings.HasPrefix(d.Code, "SEA3") {
			return false
		}
	}
	return true
}

// project finds the module that the command works on.
func (a *app) project() (project.Project, error) { return project.Find(a.dir) }

// progress returns the reporter of the work's progress, on stderr.
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
stack by stack, and runs the whole monolith on your machine.

Exit codes: 0 done; 1 findings, changes or failures; 2 wrong usage or configuration.`,
		SilenceUsage: true, SilenceErrors: true,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVarP(&a.dir, "chdir", "C", ".", "work on the module that this folder is in")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print one JSON document on stdout")
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "show no progress")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(err.Error(), "see "+cmd.CommandPath()+" --help")
	})
	for _, command := range a.commands() {
		a.completeFlags(command)
		root.AddCommand(command)
	}
	a.setTyped(root)
	root.SetHelpCommand(a.helpCommand())
	root.SetIn(a.stdin)
	root.SetOut(a.stdout) // before what keeps it
	root.SetErr(a.stderr)
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		if command.Name() == "completion" { // else it takes any shell for a call for help
			command.Args, command.RunE = knownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

// knownCommand refuses what is none of a command's subcommands.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	next := "see " + cmd.CommandPath() + " --help"
	cmd.SuggestionsMinimumDistance = 2 // letters that may be wrong
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		next = "did you mean " + cmd.CommandPath() + " " + near[0] + "? Or " + next
	}
	return usage(fmt.Sprintf("%s has no command %q", cmd.CommandPath(), args[0]), next)
}

// commands is the list of subcommands: one line and one file each.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.generateCommand(),
		a.buildCommand(),
		a.verifyCommand(),
		a.modelCommand(),
		a.affectedCommand(),
		a.explainCommand(),
		a.testCommand(),
		a.auditCommand(),
		a.lintCommand(),
		a.annotationsCommand(),
		a.upCommand(),
		a.devCommand(),
		a.downCommand(),
		a.statusCommand(),
		a.openCommand(),
		a.planCommand(),
		a.applyCommand(),
		a.commentCommand(),
		a.doctorCommand(),
		a.driftCommand(),
		a.promoteCommand(),
		a.migrateCommand(),
		a.previewCommand(),
		a.historyCommand(),
		a.rollbackCommand(),
		a.unpinCommand(),
		a.invokeCommand(),
		a.runCommand(),
		a.logsCommand(),
		a.traceCommand(),
		a.profileCommand(),
		a.publishCommand(),
		a.tokenCommand(),
		a.redriveCommand(),
		a.costCommand(),
		a.coldCommand(),
		a.mcpCommand(),
		a.versionCommand(),
		a.localcloudCommand(),
	}
}

// noArgs refuses arguments with a usage error.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Sprintf("%s takes no argument, and was given %q", cmd.CommandPath(), args[0]), "see "+cmd.CommandPath()+" --help")
	}
	return nil
}
