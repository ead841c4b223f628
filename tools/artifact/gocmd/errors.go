package gocmd

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/fault"
)

func noGo() error {
	return &fault.Fault{Diagnostic: diag.Diagnostic{
		Code: diag.NoGo, Message: "there is no go command on the PATH",
		Next: "install Go (https://go.dev/dl), or add the folder of the go command to PATH",
	}}
}

// toolchainError explains why the go command would not even print its settings.
func toolchainError(err error) error {
	var failed *CommandError
	if !errors.As(err, &failed) {
		return err
	}
	return &fault.Fault{Err: err, Diagnostic: explain(diag.Diagnostic{
		Code: diag.GoFailed, Message: lastLine(failed.Output),
	})}
}

// ExplainFailure turns the output of a go command that failed into findings, a
// diag.List: one for each of its messages, in its own words, with the functions
// that it concerns. It returns any other error as it is. concerned returns the
// functions that a package is part of, and may be nil.
func ExplainFailure(err error, concerned func(pkg string) []string) error {
	var failed *CommandError
	if !errors.As(err, &failed) {
		return err
	}
	findings := parseOutput(failed.Output, concerned)
	if len(findings) == 0 {
		findings = diag.List{{Code: diag.GoFailed, Message: "the go command failed: " + failed.Err.Error(), Next: "build again; if it was killed, the machine may lack memory"}}
	}
	return findings.Err()
}

var position = regexp.MustCompile(`^(\S[^:]*\.\w+):(\d+)(?::(\d+))?: (.+)$`)

// parseOutput reads what go list and go build print: "# package" before the
// messages of a package, one message per line, tabs before its continuation.
func parseOutput(output string, concerned func(string) []string) diag.List {
	var findings diag.List
	var about []string
	code := diag.DoesNotBuild
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(line, "# "):
			about = aboutPackage(strings.TrimPrefix(line, "# "), concerned)
		case strings.HasPrefix(line, "go: errors parsing"):
			code = diag.GoFailed // what follows has its position
		case strings.HasPrefix(line, "\t") && len(findings) > 0:
			last := &findings[len(findings)-1]
			last.Details = append(last.Details, strings.TrimSpace(line))
		default:
			findings = append(findings, finding(code, line, about))
		}
	}
	for i := range findings {
		findings[i] = explain(findings[i])
	}
	return fullOnce(findings)
}

// fullOnce tells of a full disk once, in the words of what met it first: it is
// one thing to correct, whatever it keeps from being built.
func fullOnce(findings diag.List) diag.List {
	full := func(d diag.Diagnostic) bool { return d.Code == diag.BuildNoSpace }
	i := slices.IndexFunc(findings, full)
	if i < 0 {
		return findings
	}
	first := findings[i]
	once := diag.Diagnostic{Code: diag.BuildNoSpace, Message: "no space is left for a build", Details: []string{first.Message}, Next: first.Next}
	return append(slices.DeleteFunc(findings, full), once)
}

func finding(code, line string, about []string) diag.Diagnostic {
	d := diag.Diagnostic{Code: code, Message: strings.TrimPrefix(line, "go: "), Details: slices.Clone(about)}
	if strings.HasPrefix(line, "go: ") {
		d.Code = diag.GoFailed
	}
	if m := position.FindStringSubmatch(line); m != nil {
		d.File, d.Message = strings.TrimPrefix(strings.ReplaceAll(m[1], `\`, "/"), "./"), m[4]
		d.Line, _ = strconv.Atoi(m[2])
		d.Column, _ = strconv.Atoi(m[3])
	}
	return d
}

// aboutPackage returns which functions a package's errors concern.
func aboutPackage(path string, concerned func(string) []string) []string {
	about := []string{"in package " + path}
	if concerned != nil {
		if ids := concerned(path); len(ids) > 0 {
			about = append(about, "part of "+strings.Join(ids, ", "))
		}
	}
	return about
}

// hints tell the go command's messages apart by words that it uses in them.
var hints = []struct {
	code, next string
	words      []string
}{
	{diag.BuildNoSpace, "free some space (Go's build cache: `go clean -cache`) and build again; the artifacts of earlier builds are kept",
		[]string{"no space left on device", "disk quota exceeded", "file too large"}},
	{diag.OldGo, "install the version of Go that go.mod asks for (https://go.dev/dl), or let the go command fetch it with GOTOOLCHAIN=auto",
		[]string{"requires go >=", "toolchain not available", "invalid toolchain"}},
	{diag.ModuleUnreachable, "check the connection, the proxy and GOPROXY, then build again",
		[]string{"dial tcp", "no such host", "connection refused", "i/o timeout", "TLS handshake", "proxyconnect", "module lookup disabled by GOPROXY=off", "x509:", "502 Bad Gateway", "503 Service"}},
	{diag.NoSuchModule, "check the import path; `go mod tidy` adds a module that go.mod or go.sum lacks (and `go mod vendor` does where there is a vendor folder)",
		[]string{"no required module provides package", "missing go.sum entry", "cannot find module providing", "updates to go.mod needed", "inconsistent vendoring", "is not in std", "cannot query module"}},
	{diag.DoesNotBuild, "correct the code, then build again", nil},
}

// explain adds to a finding the code and the next step of its kind.
func explain(d diag.Diagnostic) diag.Diagnostic {
	text := d.Message + "\n" + strings.Join(d.Details, "\n")
	for _, hint := range hints {
		for _, word := range hint.words {
			if strings.Contains(text, word) {
				d.Code, d.Next = hint.code, hint.next
				return d
			}
		}
		if hint.words == nil && d.Code == hint.code {
			d.Next = hint.next
		}
	}
	if d.Code == diag.GoFailed {
		d.Next = "correct what the go command says, then build again"
	}
	return d
}

func firstLine(output string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(output), "\n")
	return strings.TrimPrefix(first, "go: ")
}

func lastLine(output string) string {
	output = strings.TrimSpace(output)
	return strings.TrimPrefix(output[strings.LastIndex(output, "\n")+1:], "go: ")
}

func restOf(output string) []string {
	_, rest, found := strings.Cut(strings.TrimSpace(output), "\n")
	if !found {
		return nil
	}
	return strings.Split(strings.TrimSpace(rest), "\n")
}

// Finding returns the diagnostic for a package that cannot be loaded.
func (e LoadError) Finding() diag.Diagnostic {
	line := firstLine(e.Err)
	if e.Pos != "" {
		line = e.Pos + ": " + line
	}
	d := finding(diag.DoesNotBuild, line, nil)
	d.Details = restOf(e.Err)
	if len(e.ImportStack) > 1 {
		d.Details = append(d.Details, "imported by "+strings.Join(e.ImportStack, " -> "))
	}
	return explain(d)
}
