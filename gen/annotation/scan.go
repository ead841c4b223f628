package annotation

import (
	"bytes"
	"go/ast"
	"go/token"
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Declaration is something that annotations stand on, with its annotations in
// the order of the source. The member of its place is set; OnCall has none.
type Declaration struct {
	Place       Place
	File        *ast.File
	Func        *ast.FuncDecl
	Type        *ast.TypeSpec
	Annotations []Annotation
}

// Scan returns a file's annotated declarations, in the order of the source, and
// all that is wrong with its annotations on their own.
func Scan(file *ast.File, position func(token.Pos) token.Position) (found []Declaration, list diag.List) {
	owners := owners(file)
	for _, group := range file.Comments {
		o, owned := owners[group]
		if !owned {
			o = floating(file, group)
		}
		for _, comment := range group.List {
			a, wrong := read(comment.Text, position(comment.Slash))
			list = append(append(list, wrong...), o.take(a)...)
		}
		if len(o.declaration.Annotations) > 0 {
			found = append(found, o.declaration)
		}
	}
	return found, list
}

// Mentioned reports whether a file's text may have annotations. It saves the
// parsing of files that have none.
func Mentioned(text []byte) bool { return bytes.Contains(text, []byte(prefix)) }

// read reads a comment. The verb of the annotation is empty when it is none.
func read(text string, pos token.Position) (Annotation, diag.List) {
	if strings.HasPrefix(text, prefix) {
		return decode(text, pos)
	}
	return Annotation{}, lookalike(text, pos)
}

// lookalikes are comments that were meant as annotations, but are not in the
// form of a directive: spaces, capitals, a block comment or no colon.
var lookalikes = []*regexp.Regexp{
	regexp.MustCompile(`^(?://|/\*)\s*(?i:seastack)\s*:([A-Za-z]+)`),
	regexp.MustCompile(`^//seastack[ /.-]([a-z]+)\b`),
}

// lookalike reports a comment that was meant as an annotation.
func lookalike(text string, pos token.Position) diag.List {
	for _, pattern := range lookalikes {
		m := pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if verb, ok := diag.Closest(m[1], verbNames()); ok {
			return diag.List{diag.New(diag.NotADirective, pos,
				"this comment looks like an annotation, but is not written as a Go directive",
				"write "+prefix+verb+", without spaces or capitals; or use other words if it is prose")}
		}
	}
	return nil
}
