package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
)

func TestExit(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "/shop/x", Err: syscall.ENOSPC}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	lost := diag.Diagnostic{Code: diag.TerraformFailed, Message: "terraform apply of web: Plugin did not respond", Details: []string{"with a function"}}
	state := diag.Diagnostic{Code: diag.TerraformFailed, Message: "terraform apply of web: Error saving state", Details: []string{"it is in errored.tfstate"}}
	for _, c := range []struct {
		name   string
		ctx    context.Context
		err    error
		code   int
		stderr string
	}{
		{"done", t.Context(), nil, exitDone, ""},
		{"the output has said it", t.Context(), errFindings, exitFindings, ""},
		{"usage", t.Context(), usage("no", "yes"), exitUsage, "SEA3015: no\n    next: yes\n"},
		{"a finding", t.Context(), diag.List{{Code: "SEA1007", Message: "m"}}, exitFindings, "SEA1007: m\n"},
		{"usage and more", t.Context(), errors.Join(usage("no", ""), diag.Diagnostic{Code: "SEA4006", Message: "m"}), exitFindings, "SEA3015: no\nSEA4006: m\n"},
		{"without a code", t.Context(), errors.New("odd"), exitFindings, "odd\n"},
		{"disk full", t.Context(), fmt.Errorf("cache: %w", full), exitFindings,
			"SEA6004: no space is left: cache: write /shop/x: no space left on device\n    next: free some space and run the command again; what was there before is as it was\n"},
		{"disk full, explained", t.Context(), errors.Join(diag.Diagnostic{Code: "SEA4006", Message: "m"}, full), exitFindings, "SEA4006: m\nwrite /shop/x: no space left on device\n"},
		{"not allowed", t.Context(), &os.PathError{Op: "open", Path: "/shop/x", Err: syscall.EACCES}, exitFindings,
			"SEA6005: a file cannot be used: open /shop/x: permission denied\n    next: see to it that you may read and write there, and run the command again\n"},
		{"interrupted", over, context.Canceled, exitFindings, "SEA6003: interrupted\n    next: run the command again to go on\n"},
		{"interrupted terraform", over, errors.Join(context.Canceled, diag.List{lost, lost, state}), exitFindings,
			"SEA6003: interrupted\n    terraform apply of web: Plugin did not respond\n    terraform apply of web: Error saving state\n    it is in errored.tfstate\n    next: run the command again to go on\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			a := &app{stdout: &stdout, stderr: &stderr}
			if code := a.exit(c.ctx, c.err); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if diff := cmp.Diff(c.stderr, stderr.String()); diff != "" || stdout.Len() > 0 {
				t.Errorf("stdout %q; stderr (-want +got):\n%s", stdout.String(), diff)
			}
		})
	}
}

// TestErrorsAreOneDocument: with --json, every command tells of a mistake in the
// command line and of one in seastack.hcl as one JSON document.
func TestErrorsAreOneDocument(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, filepath.Join(dir, "go.mod"), "module example.com/shop\n")
	writeTestFile(t, filepath.Join(dir, "seastack.hcl"), "project = 1 +\n")
	for _, command := range (&app{}).commands() {
		name := command.Name()
		t.Run(name, func(t *testing.T) {
			if d := failure(t, name, "--colour"); d.Code != "SEA3015" || d.Next == "" {
				t.Errorf("a flag that is not there: %+v", d)
			}
			if slices.Contains([]string{"annotations", "comment", "localcloud", "version"}, name) { // which read no configuration
				return
			}
			args := []string{name, "-C", dir}
			switch name {
			case "invoke", "explain", "profile":
				args = append(args, "web/create")
			case "publish":
				args = append(args, "order.placed")
			case "history", "rollback", "run", "unpin":
				args = append(args, "web")
			case "preview":
				args = append(args, "list")
			}
			if command.Flags().Lookup("base") != nil {
				args = append(args, "--base", "main")
			}
			if d := failure(t, args...); d.Code != "SEA3001" || d.File != "seastack.hcl" || d.Line != 1 {
				t.Errorf("a broken seastack.hcl: %+v", d)
			}
		})
	}
}

func TestUnknownCommands(t *testing.T) {
	for line, want := range map[string]string{
		"frobnicate":       "seastack has no command \"frobnicate\": see seastack --help",
		"staus":            "seastack has no command \"staus\": did you mean seastack status? Or see seastack --help",
		"completion tclsh": "seastack completion has no command \"tclsh\": see seastack completion --help",
	} {
		d := failure(t, strings.Fields(line)...)
		if got := d.Message + ": " + d.Next; got != want {
			t.Errorf("%s: got %s", line, got)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var stdout, stderr bytes.Buffer
		if code := run([]string{"seastack", "completion", shell}, nil, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "seastack") {
			t.Errorf("%s: exit code %d\n%s", shell, code, stderr.String())
		}
	}
}

// failure runs a command line that is wrong, and returns the one error of its one
// JSON document.
func failure(t *testing.T, args ...string) diag.Diagnostic {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(append([]string{"seastack", "--json"}, args...), strings.NewReader(""), &stdout, &stderr); code != exitUsage {
		t.Errorf("%v: exit code %d, want %d", args, code, exitUsage)
	}
	var document struct{ Errors []diag.Diagnostic }
	decoder := json.NewDecoder(&stdout)
	if err := decoder.Decode(&document); err != nil || len(document.Errors) == 0 {
		t.Fatalf("%v: no document: %v\n%s", args, err, stderr.String())
	}
	if err := decoder.Decode(&document); err != io.EOF {
		t.Errorf("%v: more than one document", args)
	}
	if d := document.Errors[0]; !strings.HasPrefix(stderr.String(), d.Error()) {
		t.Errorf("%v: stderr is %s", args, stderr.String())
	}
	return document.Errors[0]
}

func writeTestFile(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
