package load

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/diag"
)

// goFailed is what the go command says when it lists nothing at all.
func goFailed(err error) diag.Diagnostic {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return diag.Diagnostic{
		Code: diag.CannotLoad, Message: "the go command cannot list the packages",
		Details: lines, Next: "make `go list ./...` work",
	}
}

// compileErrors gives Go's own errors of the packages and all that they
// import, each once.
func compileErrors(root string, roots []*packages.Package) diag.List {
	var list diag.List
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			list = append(list, compileError(root, p, e)...)
		}
	})
	return list
}

func compileError(root string, p *packages.Package, e packages.Error) diag.List {
	if strings.Contains(e.Msg, "build constraints exclude all Go files") {
		return nil // a folder of tools, not ours to judge
	}
	pos := e.Pos
	if pos == "" || pos == "-" {
		if text, ok := strings.CutPrefix(e.Msg, "# "); ok {
			return compilerOutput(root, text)
		}
	}
	d := diag.Diagnostic{Code: diag.DoesNotCompile, Message: oneLine(e.Msg), Next: "make `go build ./...` work"}
	if !place(&d, root, pos) {
		d.Message = p.PkgPath + ": " + d.Message
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
		d := diag.Diagnostic{Code: diag.DoesNotCompile, Message: m[2], Next: "make `go build ./...` work"}
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

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
