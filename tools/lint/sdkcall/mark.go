package sdkcall

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/tools/lint/finding"
)

// mark is a comment that says what a statement of the user's own allows.
type mark struct {
	*ast.Comment
	text    string
	actions []string
	alone   bool // on its line, so that it is about the next one
	used    bool
}

// removal returns the fix that removes the mark.
func (m *mark) removal() analysis.SuggestedFix {
	return analysis.SuggestedFix{
		Message: "Remove the mark", TextEdits: []analysis.TextEdit{{Pos: m.Pos(), End: m.End()}},
	}
}

// line is a line of a file.
type line struct {
	file string
	line int
}

// marks are those of a package, by their lines.
type marks struct {
	fset   *token.FileSet
	byLine map[line]*mark
	all    []*mark
}

// marksOf reads the marks of a package's files, tests apart. Those that are not
// written as the annotation is are findings of generate, and mark nothing.
func marksOf(pass *analysis.Pass) *marks {
	found := &marks{fset: pass.Fset, byLine: map[line]*mark{}}
	for _, file := range pass.Files {
		if finding.InTest(pass, file.Pos()) {
			continue
		}
		comments, code := byPosition(pass.Fset, file), linesOfCode(pass.Fset, file)
		declarations, _ := annotation.Scan(file, pass.Fset.Position)
		for _, d := range declarations {
			for _, a := range d.Annotations {
				if granted, ok := a.Value.(*annotation.Granted); ok {
					found.add(&mark{
						Comment: comments[a.Pos], text: strings.Join(granted.Actions(), " and "), actions: granted.Actions(),
						alone: !code[line{a.Pos.Filename, a.Pos.Line}],
					})
				}
			}
		}
	}
	return found
}

func byPosition(fset *token.FileSet, file *ast.File) map[token.Position]*ast.Comment {
	all := map[token.Position]*ast.Comment{}
	for _, group := range file.Comments {
		for _, c := range group.List {
			all[fset.Position(c.Slash)] = c
		}
	}
	return all
}

// linesOfCode returns the lines on which an identifier or a literal stands, or a
// block or a call ends.
func linesOfCode(fset *token.FileSet, file *ast.File) map[line]bool {
	lines := map[line]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if _, comment := n.(*ast.CommentGroup); n == nil || comment {
			return false
		}
		for _, pos := range []token.Pos{n.Pos(), n.End() - 1} {
			p := fset.Position(pos)
			lines[line{p.Filename, p.Line}] = true
		}
		return true
	})
	return lines
}

func (ms *marks) add(m *mark) {
	ms.byLine[ms.lineOf(m.Pos(), 0)] = m
	ms.all = append(ms.all, m)
}

func (ms *marks) lineOf(pos token.Pos, before int) line {
	p := ms.fset.Position(pos)
	return line{p.Filename, p.Line - before}
}

// near returns the mark of a call: on one of its lines, or on the line above; nil
// where there is none.
func (ms *marks) near(places ...token.Pos) *mark {
	for before := range 2 {
		for _, pos := range places {
			if m := ms.byLine[ms.lineOf(pos, before)]; m != nil && (before == 0 || m.alone) {
				m.used = true
				return m
			}
		}
	}
	return nil
}

// unused returns the marks that no call has.
func (ms *marks) unused() (all []*mark) {
	for _, m := range ms.all {
		if !m.used {
			all = append(all, m)
		}
	}
	return all
}
