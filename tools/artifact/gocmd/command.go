package gocmd

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Command is a program to run, as plain data.
type Command struct {
	Path string
	Args []string // without the program itself
	Dir  string
	Env  []string
}

// fixedFlags returns the flags that can change a byte, all of them written out.
// They are part of a function's key.
func fixedFlags(mod string) []string {
	return []string{
		"-mod=" + mod,
		"-buildmode=default",
		"-buildvcs=false",
		"-compiler=gc",
		"-trimpath",
		"-tags=lambda.norpc",
		"-ldflags=-s -w -buildid=",
		"-gcflags=",
		"-asmflags=",
	}
}

// listFields are what a closure is made of.
const listFields = "ImportPath,Dir,Name,Standard,Module,DefaultGODEBUG,Imports,Deps,Error," +
	"GoFiles,CgoFiles,CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles," +
	"EmbedFiles,EmbedPatterns,IgnoredGoFiles,IgnoredOtherFiles"

// listCommand prints the packages that main packages are made of. Profiles are
// off, as they would list a package once for every program that has one.
func (t Toolchain) listCommand(dirs []string) Command {
	args := append([]string{"list", "-e", "-deps", "-json=" + listFields}, fixedFlags(t.mod)...)
	return t.command(append(append(args, "-pgo=off", "--"), patterns(dirs)...))
}

// exportCommand compiles packages, and prints where the export data of each is.
func (t Toolchain) exportCommand(paths []string) Command {
	args := append([]string{"list", "-e", "-export", "-json=ImportPath,Export,Error"}, fixedFlags(t.mod)...)
	return t.command(append(append(args, "-pgo=off", "--"), paths...))
}

// buildCommand compiles and links main packages into a folder; the go command
// names each binary by its package's last element. The file overlay, where it is
// given, says which files are read in the place of others.
func (t Toolchain) buildCommand(dirs []string, out, overlay string, jobs int) Command {
	args := append([]string{"build"}, fixedFlags(t.mod)...)
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	args = append(args, "-pgo=auto", "-p="+strconv.Itoa(jobs), "-o", out+string(filepath.Separator), "--")
	return t.command(append(args, patterns(dirs)...))
}

// debugCommand compiles and links one main package into a file, as debuggers want it:
// without optimizations, and with the paths of its sources.
func (t Toolchain) debugCommand(dir, out string) Command {
	args := []string{"build", "-mod=" + t.mod, "-buildmode=default", "-buildvcs=false", "-tags=lambda.norpc", "-gcflags=all=-N -l", "-o", out, "--"}
	return t.command(append(args, patterns([]string{dir})...))
}

// BuildDebug compiles and links the main package in dir into the file out, for a
// debugger. The error of code that does not compile is a diag.List.
func (t Toolchain) BuildDebug(ctx context.Context, dir, out string) error {
	_, err := t.debugCommand(dir, out).Run(ctx)
	return ExplainFailure(err, nil)
}

// Build compiles and links the main packages in dirs, folders from the root
// with slashes, into the folder out, with so many jobs at once. overlay is a file
// as the flag of that name takes it, or "". The error of code that does not compile is a diag.List; concerned returns the functions
// that a package is part of, for it, and may be nil.
func (t Toolchain) Build(ctx context.Context, dirs []string, out, overlay string, jobs int, concerned func(pkg string) []string) error {
	_, err := t.buildCommand(dirs, out, overlay, jobs).Run(ctx)
	return ExplainFailure(err, concerned)
}

func (t Toolchain) command(args []string) Command {
	return Command{Path: t.GoCommand, Args: args, Dir: t.Root, Env: t.env}
}

// patterns returns the import patterns of folders below the root.
func patterns(dirs []string) []string {
	names := make([]string, len(dirs))
	for i, dir := range dirs {
		names[i] = "./" + dir
	}
	return names
}

// CommandError is the error of a command that failed.
type CommandError struct {
	Output string // what it printed on its standard error
	Err    error  // how it ended
}

// Error returns how the command ended, and what it printed.
func (e *CommandError) Error() string { return e.Err.Error() + "\n" + e.Output }

// Unwrap returns how the command ended.
func (e *CommandError) Unwrap() error { return e.Err }

// killDelay bounds the wait for the output of a command that was stopped.
const killDelay = 5 * time.Second

// Run runs a command and returns its standard output. When the context ends, or
// this process does, the command and all that it started are killed. The error
// is a *CommandError when the command ran and failed.
func (c Command) Run(ctx context.Context) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.Dir, c.Env, &stdout, &stderr
	cmd.WaitDelay = killDelay
	err := runWatched(cmd)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return stdout.Bytes(), nil
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return nil, err
	}
	return nil, &CommandError{Output: strings.TrimSpace(stderr.String()), Err: err}
}
