// Package finding is how analyzers report with the codes of gen/diag through
// go/analysis, and how what they report is read again. It knows nothing of what they
// look for.
package finding

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/seastack/seastack/gen/diag"
)

// next parts a message from the next step.
const next = "\n\tnext: "

// New returns what an analyzer reports about a place: a code, what is wrong, and what
// to do about it.
func New(at analysis.Range, code, message, step string, fixes ...analysis.SuggestedFix) analysis.Diagnostic {
	return analysis.Diagnostic{
		Pos: at.Pos(), End: at.End(), Category: code, Message: message + " [" + code + "]" + next + step, SuggestedFixes: fixes,
	}
}

// Diagnostic returns what an analyzer has reported, at its position.
func Diagnostic(d analysis.Diagnostic, at token.Position) diag.Diagnostic {
	message, step, _ := strings.Cut(d.Message, next)
	return diag.New(d.Category, at, strings.TrimSuffix(message, " ["+d.Category+"]"), step)
}

// Doc returns the documentation of an analyzer from its doc.go: what stands below
// the heading "# Analyzer NAME".
func Doc(source string) string {
	_, rest, _ := strings.Cut(source, "\n// # Analyzer ")
	_, rest, _ = strings.Cut(rest, "\n//\n")
	text, _, _ := strings.Cut(rest, "\npackage ")
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, "//"), " ")
	}
	return strings.Join(lines, "\n")
}

// InTest reports whether a place is in a test's file.
func InTest(pass *analysis.Pass, pos token.Pos) bool {
	return strings.HasSuffix(pass.Fset.Position(pos).Filename, "_test.go")
}
