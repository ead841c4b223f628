package load

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/diag"
)

const (
	nextBuild      = "make `go build ./...` work"
	nextWithoutCgo = "make `CGO_ENABLED=0 go build ./...` work"
)

// compileErrors returns Go's own errors of the packages and all that they import.
func compileErrors(root string, roots []*packages.Package) diag.List {
	var all []goError
	asked := map[*packages.Package]bool{}
	for _, p := range roots {
		asked[p] = true
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			if asked[p] && strings.Contains(e.Msg, noFiles) {
				continue // a folder of tools, not ours to judge
			}
			for _, d := range compileError(root, p, e) {
				if lines := withoutCgo(root, p, e.Msg); len(lines) > 0 {
					d.Details, d.Next = append(d.Details, lines...), nextWithoutCgo
				}
				all = append(all, goError{d, e.Kind})
			}
		}
	})
	return withoutEchoes(all)
}

// noFiles are the go command's words for a package of which nothing is left.
const noFiles = "build constraints exclude all Go files"

// goError is an error of Go's, with who found it: the go command, the parser or
// the type checker.
type goError struct {
	diag.Diagnostic
	kind packages.ErrorKind
}

// withoutEchoes leaves out what only repeats another error of the same line:
// the compiler's view of what the parser has found, the parser's attempts to go
// on, and imports of what could not be found.
func withoutEchoes(all []goError) diag.List {
	byLine := map[string][]goError{}
	var lines []string
	for _, e := range all {
		line := fmt.Sprintf("%s:%d", e.File, e.Line)
		if e.Line == 0 {
			line = e.Error()
		}
		if byLine[line] == nil {
			lines = append(lines, line)
		}
		byLine[line] = append(byLine[line], e)
	}
	var list diag.List
	for _, line := range lines {
		list = append(list, distinct(byLine[line])...)
	}
	return list
}

// distinct returns the errors of one line that say something of their own.
func distinct(all []goError) diag.List {
	origin := func(e goError) bool { return !strings.HasPrefix(e.Message, "could not import ") }
	if slices.ContainsFunc(all, origin) {
		all = slices.DeleteFunc(all, func(e goError) bool { return !origin(e) })
	}
	if i := slices.IndexFunc(all, func(e goError) bool { return e.kind == packages.ParseError }); i >= 0 {
		return diag.List{all[i].Diagnostic}
	}
	checked := func(e goError) bool { return e.kind == packages.TypeError }
	if slices.ContainsFunc(all, checked) {
		all = slices.DeleteFunc(all, func(e goError) bool { return !checked(e) })
	}
	var list diag.List
	for _, e := range all {
		list = append(list, e.Diagnostic)
	}
	return list
}

func compileError(root string, p *packages.Package, e packages.Error) diag.List {
	pos := e.Pos
	if pos == "" || pos == "-" {
		if text, ok := strings.CutPrefix(e.Msg, "# "); ok {
			return compilerOutput(root, text)
		}
	}
	message := strings.Join(strings.Fields(strings.ReplaceAll(e.Msg, root+string(filepath.Separator), "")), " ")
	d := diag.Diagnostic{Code: diag.DoesNotCompile, Message: message, Next: nextBuild}
	if !place(&d, root, pos) && p.Dir != "" {
		d.File = relative(root, p.Dir)
	}
	return diag.List{d}
}

// compilerOutput takes apart what the compiler printed about a package of
// which only its export data was asked for.
func compilerOutput(root, text string) diag.List {
	var list diag.List
	lines := strings.Split(text, "\n")
	for _, line := range lines[1:] {
		m := compilerLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		d := diag.Diagnostic{Code: diag.DoesNotCompile, Message: m[2], Next: nextBuild}
		place(&d, root, m[1])
		list = append(list, d)
	}
	return list
}

var (
	compilerLine = regexp.MustCompile(`^(\S+:\d+(?::\d+)?): (.*)$`)
	positions    = regexp.MustCompile(`^(.+?):(\d+)(?::(\d+))?$`)
)

// place fills in a position that Go wrote as file:line:column.
func place(d *diag.Diagnostic, root, text string) bool {
	m := positions.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	d.File = strings.TrimPrefix(relative(root, m[1]), "./")
	d.Line, _ = strconv.Atoi(m[2])
	d.Column, _ = strconv.Atoi(m[3])
	return true
}
