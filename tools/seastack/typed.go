package main

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
)

// viaGoTool is how the command is called in a module that has it as a tool.
const viaGoTool = "go tool seastack"

// goToolDir matches the folder of Go's build cache from which `go tool` runs it.
var goToolDir = regexp.MustCompile(`^[0-9a-f]{64}-d$`)

// typedAs returns how the user calls this command, from the first argument of
// the process. The Makefile's own build in .seastack is nothing that a user types.
func typedAs(arg0 string) string {
	dir, name := filepath.Split(filepath.ToSlash(arg0))
	switch {
	case dir == "":
		return name
	case goToolDir.MatchString(filepath.Base(dir)), strings.Contains(dir, "go-build"), strings.Contains(dir, ".seastack/"):
		return viaGoTool
	}
	return arg0
}

// typed returns a text in which the commands that it tells the user to run are
// written as the user calls them.
func (a *app) typed(text string) string {
	var names []string
	for _, c := range a.commands() {
		names = append(names, c.Name())
	}
	mention := regexp.MustCompile(`(^|[^\w./-])(?:go tool )?seastack (` + strings.Join(names, "|") + `|help|completion)\b`)
	return mention.ReplaceAllString(text, "${1}"+strings.ReplaceAll(a.name, "$", "$$")+" ${2}")
}

// setTyped has the help of all commands show them as the user calls them.
func (a *app) setTyped(root *cobra.Command) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: a.name}
	for _, c := range root.Commands() {
		c.Long, c.Example = a.typed(c.Long), a.typed(c.Example)
	}
}

// typedFinding returns a finding with its commands as the user calls them.
func (a *app) typedFinding(d diag.Diagnostic) diag.Diagnostic {
	d.Message, d.Next = a.typed(d.Message), a.typed(d.Next)
	details := make([]string, len(d.Details))
	for i, line := range d.Details {
		details[i] = a.typed(line)
	}
	if len(details) > 0 {
		d.Details = details
	}
	return d
}
