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
// the order of the source. The member of its place is set.
type Declaration struct {
	Place       Place
	File        *ast.File
	Func        *ast.FuncDecl
	Type        *ast.TypeSpec
	Annotations []Annotation
}

// Scan gives a file's annotated declarations, in the order of the source, and
// all that is wrong with its annotations on their own.
func Scan(file *ast.File, position func(token.Pos) token.Position) ([]Declaration, diag.List) {
	s := &scanner{file: file, position: position, owners: owners(file)}
	for _, group := range file.Comments {
		s.group(group)
	}
	return s.found, s.list
}

// Mentioned reports whether a file's text may have annotations. It saves the
// parsing of files that have none.
func Mentioned(text []byte) bool { return bytes.Contains(text, []byte(prefix)) }

type scanner struct {
	file     *ast.File
	position func(token.Pos) token.Position
	owners   map[*ast.CommentGroup]owner
	found    []Declaration
	list     diag.List
}

func (s *scanner) group(group *ast.CommentGroup) {
	var annotations []Annotation
	o, owned := s.owners[group]
	if !owned {
		o = owner{what: s.floating(group)}
	}
	for _, comment := range group.List {
		a, ok := s.comment(comment)
		if !ok {
			continue
		}
		if bad, wrong := o.refuses(a); wrong {
			s.list = append(s.list, bad)
			continue
		}
		annotations = append(annotations, a)
	}
	if len(annotations) > 0 {
		o.declaration.Annotations = s.unique(annotations)
		s.found = append(s.found, o.declaration)
	}
}

// comment decodes a comment; false when it is none of ours.
func (s *scanner) comment(c *ast.Comment) (Annotation, bool) {
	pos := s.position(c.Slash)
	if !strings.HasPrefix(c.Text, prefix) {
		s.lookalike(c.Text, pos)
		return Annotation{}, false
	}
	a, found := decode(c.Text, pos)
	s.list = append(s.list, found...)
	return a, a.Verb.Name != ""
}

// lookalikes are comments that were meant as annotations, but are not in the
// form of a directive: spaces, capitals, a block comment or no colon.
var lookalikes = []*regexp.Regexp{
	regexp.MustCompile(`^(?://|/\*)\s*(?i:seastack)\s*:([A-Za-z]+)`),
	regexp.MustCompile(`^//seastack[ /.-]([a-z]+)\b`),
}

func (s *scanner) lookalike(text string, pos token.Position) {
	for _, pattern := range lookalikes {
		m := pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if verb, ok := diag.Closest(m[1], verbNames()); ok {
			s.list = append(s.list, diag.New(diag.NotADirective, pos,
				"this comment looks like an annotation, but is not written as a Go directive",
				"write "+prefix+verb+", without spaces or capitals; or use other words if it is prose"))
			return
		}
	}
}

// unique reports annotations of the same verb after the first, and drops them.
func (s *scanner) unique(annotations []Annotation) []Annotation {
	first := map[string]Annotation{}
	var kept []Annotation
	for _, a := range annotations {
		if b, twice := first[a.Verb.Name]; twice {
			s.list = append(s.list, diag.New(diag.DuplicateAnnotation, a.Pos,
				"a second seastack:"+a.Verb.Name+" on the same declaration", "keep one", "the first is at "+b.Pos.String()))
			continue
		}
		first[a.Verb.Name] = a
		kept = append(kept, a)
	}
	return kept
}
