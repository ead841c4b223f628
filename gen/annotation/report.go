package annotation

import (
	"go/token"

	"github.com/seastack/seastack/gen/diag"
)

// report collects what is wrong with one annotation.
type report struct {
	annotation *Annotation
	found      diag.List
}

// checker is an annotation with rules beyond the form and range of its values.
type checker interface {
	check(*report)
}

// add reports a finding at an argument's or setting's value.
func (r *report) add(code, name, message, next string) {
	r.addInside(code, name, 0, message, next)
}

// addInside reports a finding at an offset in a value.
func (r *report) addInside(code, name string, offset int, message, next string) {
	pos := r.annotation.At(name)
	pos.Column += offset
	r.addAt(code, pos, message, next)
}

func (r *report) addAt(code string, pos token.Position, message, next string) {
	r.found = append(r.found, diag.New(code, pos, message, next))
}

// at returns the position of an offset in the comment.
func (r *report) at(offset int) token.Position {
	pos := r.annotation.Pos
	pos.Column += offset
	return pos
}

// example returns the next step of an annotation that is not written as its verb
// is.
func (r *report) example() string { return "write it as in " + prefix + r.annotation.Verb.Example }
