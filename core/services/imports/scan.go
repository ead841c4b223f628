package imports

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
)

// entry is a row as it is imported: a candidate, or what is wrong with it.
type entry struct {
	line     int
	profile  candidates.Profile
	problems []Problem // empty: the profile is valid
}

// scanner reads the entries of a file.
type scanner struct {
	rows    *reader
	header  header
	changed time.Time
	seen    map[string]int // lines by addresses
	count   int
}

// newScanner reads the header of a file that was changed at a time. refusal says why
// the file cannot be read.
func newScanner(content io.Reader, changed time.Time) (s *scanner, refusal string, err error) {
	s = &scanner{rows: newReader(content), changed: changed, seen: map[string]int{}}
	first, err := s.rows.row()
	if errors.Is(err, io.EOF) {
		return nil, "the file has no header", nil
	}
	if err != nil {
		return nil, "", err
	}
	s.header, refusal = parseHeader(first)
	return s, refusal, nil
}

// batch returns the next entries, n at most; none at the end of the file, or of what
// a file may have: refusal says so then.
func (s *scanner) batch(n int) (entries []entry, refusal string, err error) {
	for len(entries) < n {
		r, err := s.rows.row()
		if errors.Is(err, io.EOF) {
			return entries, "", nil
		}
		if err != nil {
			return nil, "", err
		}
		if s.count == MaxRows {
			return entries, fmt.Sprintf("the file has more than %d rows; line %d and those behind it were not read", MaxRows, r.line), nil
		}
		s.count++
		entries = append(entries, s.entry(r))
	}
	return entries, "", nil
}

// entry returns the entry of a row. Of several rows with one address, the first
// counts.
func (s *scanner) entry(r row) entry {
	e := entry{line: r.line}
	switch {
	case r.wrong != "":
		e.reject("", r.wrong)
		return e
	case len(r.fields) != len(s.header):
		e.reject("", fmt.Sprintf("the row has %d fields, and the header %d", len(r.fields), len(s.header)))
		return e
	}
	e.profile = s.header.profile(r.fields, s.changed)
	e.rejectFor(e.profile.Validate())
	if len(e.problems) > 0 {
		return e
	}
	email := strings.ToLower(strings.TrimSpace(e.profile.Email))
	if before, ok := s.seen[email]; ok {
		e.reject("email", fmt.Sprintf("is that of line %d", before))
		return e
	}
	s.seen[email] = e.line
	return e
}

func (e *entry) reject(column, reason string) {
	e.problems = append(e.problems, Problem{Line: e.line, Column: column, Reason: reason})
}

// rejectFor rejects an entry for a fault, if there is one.
func (e *entry) rejectFor(err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return
	}
	for _, field := range f.Fields {
		e.reject(columnOf(field.Field), field.Detail)
	}
	if len(f.Fields) == 0 {
		e.reject("", f.Detail)
	}
}
