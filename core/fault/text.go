package fault

import (
	"strings"
	"unicode/utf8"
)

// Text notes that a text has more than so many characters, or some that cannot be
// stored.
func (f *Fields) Text(field, value string, most int) {
	f.UTF8(field, value)
	f.Check(utf8.RuneCountInString(value) <= most, field, "must have %d characters at most", most)
}

// UTF8 notes that a text could not stand in JSON or in PostgreSQL.
func (f *Fields) UTF8(field, value string) {
	f.Check(utf8.ValidString(value) && !strings.ContainsRune(value, 0), field, "must be text in UTF-8 without NUL characters")
}
