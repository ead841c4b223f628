package imports

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// reader reads the rows of a CSV file, one after the other. A row that is wrong is
// no reason to lose another one: where a quote is not closed, the row ends with its
// line.
type reader struct {
	lines *bufio.Reader
	ahead []line // that were read for a row which they are not part of
	next  int    // number of the next line
}

// line is a line without its end.
type line struct {
	number int
	text   string
	wrong  string // why it is no text; empty: it is one
}

// row is a row as it is written.
type row struct {
	line   int
	fields []string
	wrong  string // why it has no fields; empty: it has some
}

// byteOrderMark stands at the start of files of some programs.
const byteOrderMark = "\ufeff"

func newReader(r io.Reader) *reader { return &reader{lines: bufio.NewReaderSize(r, MaxLine), next: 1} }

// row returns the next row; io.EOF where there is none.
func (r *reader) row() (row, error) {
	first, err := r.line()
	for err == nil && first.wrong == "" && strings.TrimSpace(first.text) == "" {
		first, err = r.line()
	}
	if err != nil || first.wrong != "" {
		return row{line: first.number, wrong: first.wrong}, err
	}
	return r.complete(first)
}

// complete returns the row that begins with a line, with the lines that follow as
// long as a quote is open.
func (r *reader) complete(first line) (row, error) {
	var more []line
	text := first.text
	for open(text) && len(more) < MaxLines-1 && len(text) <= MaxLine {
		next, err := r.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return row{}, err
		}
		if err != nil {
			break
		}
		more = append(more, next)
		if next.wrong != "" {
			break
		}
		text += "\n" + next.text
	}
	fields, err := split(text)
	if err != nil {
		r.ahead = append(more, r.ahead...)
		return row{line: first.number, wrong: err.Error()}, nil
	}
	return row{line: first.number, fields: fields}, nil
}

// open reports whether a quote is open at the end of a text: quotes within quotes
// are doubled.
func open(text string) bool { return strings.Count(text, `"`)%2 == 1 }

// split returns the fields of a row.
func split(text string) ([]string, error) {
	parser := csv.NewReader(strings.NewReader(text))
	fields, err := parser.Read()
	if err == nil {
		if _, err = parser.Read(); errors.Is(err, io.EOF) {
			return fields, nil
		}
	}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok && errors.Is(wrong, csv.ErrQuote) {
		return nil, errors.New("a quote is not closed, or something stands behind it")
	}
	return nil, errors.New("a quote stands in a field that does not begin with one")
}

// line returns the next line; io.EOF where there is none.
func (r *reader) line() (line, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.ahead = r.ahead[1:]
		return l, nil
	}
	raw, err := r.lines.ReadSlice('\n')
	l := line{number: r.next, text: string(raw)}
	if errors.Is(err, bufio.ErrBufferFull) {
		l.wrong = "the line is too long"
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.lines.ReadSlice('\n')
		}
	}
	if err != nil && !errors.Is(err, io.EOF) || err != nil && l.text == "" {
		return l, err
	}
	r.next++
	l.text = strings.TrimSuffix(strings.TrimSuffix(l.text, "\n"), "\r")
	if l.number == 1 {
		l.text = strings.TrimPrefix(l.text, byteOrderMark)
	}
	if l.wrong == "" && (!utf8.ValidString(l.text) || strings.ContainsRune(l.text, 0)) {
		l.wrong = "the line is no text in UTF-8"
	}
	return l, nil
}
