package artifact

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

// command is a program to run, as plain data.
type command struct {
	path string
	args []string
	dir  string
	env  []string
}

// fixedFlags are the flags that can change a byte, all of them written out.
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

// listCommand prints the packages that the functions are made of. Profiles are
// off, as they would list a package once for every program that has one.
func (t toolchain) listCommand(functions []Function) command {
	args := append([]string{"list", "-e", "-deps", "-json=" + listFields}, fixedFlags(t.mod)...)
	return t.command(append(append(args, "-pgo=off", "--"), patterns(functions)...))
}

// buildCommand compiles and links functions into a folder; the go command names
// each binary by its package's last element.
func (t toolchain) buildCommand(functions []Function, out string, jobs int) command {
	args := append([]string{"build"}, fixedFlags(t.mod)...)
	args = append(args, "-pgo=auto", "-p="+strconv.Itoa(jobs), "-o", out+string(filepath.Separator), "--")
	return t.command(append(args, patterns(functions)...))
}

func (t toolchain) command(args []string) command {
	return command{path: t.goCommand, args: args, dir: t.root, env: t.env}
}

func patterns(functions []Function) []string {
	names := make([]string, len(functions))
	for i, f := range functions {
		names[i] = "./" + f.Dir
	}
	return names
}

// goError is a go command that failed, in its own words.
type goError struct {
	output string
	err    error
}

func (e *goError) Error() string { return e.err.Error() + "\n" + e.output }
func (e *goError) Unwrap() error { return e.err }

// killDelay bounds the wait for the output of a command that was stopped.
const killDelay = 5 * time.Second

// run runs a command and gives its standard output. When the context ends, or
// this process does, the command and all that it started are killed.
func (c command) run(ctx context.Context) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.dir, c.env, &stdout, &stderr
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
	return nil, &goError{output: strings.TrimSpace(stderr.String()), err: err}
}
