package sourcing

import (
	"maps"
	"slices"
	"strings"
)

// query is what is searched for.
type query struct {
	websearch string          // for websearch_to_tsquery
	wanted    map[string]bool // the words that are to be there, folded
}

// parseQuery reads a query in the syntax of web search engines: words, "phrases", or
// between alternatives, and - before what is not to be there.
// https://www.postgresql.org/docs/current/textsearch-controls.html#TEXTSEARCH-PARSING-QUERIES
func parseQuery(text string) query {
	q := query{wanted: map[string]bool{}}
	var out strings.Builder
	end, quoted, not := 0, false, false
	for _, s := range append(spans(text), span{len(text), len(text)}) {
		for i, r := range text[end:s.from] {
			switch {
			case r == '"':
				quoted = !quoted
				out.WriteByte('"')
				not = not && quoted
			case r == '-' && !quoted && startsWord(text, end+i):
				out.WriteString(" -")
				not = true
			default:
				out.WriteByte(' ')
			}
		}
		word := fold(text[s.from:s.to])
		out.WriteString(word)
		if !not && (quoted || word != "or") && word != "" {
			q.wanted[word] = true
		}
		not, end = not && quoted, s.to
	}
	q.websearch = strings.TrimSpace(out.String())
	return q
}

// ranked returns what hits are ranked by, for websearch_to_tsquery: any of the words
// that are to be there. ts_rank compares pairs of words that are joined by and, so
// that a word beside what is not to be there would have no rank.
func (q query) ranked() string {
	words := slices.Sorted(maps.Keys(q.wanted))
	for i, word := range words {
		words[i] = `"` + word + `"` // a phrase is never the operator or
	}
	return strings.Join(words, " or ")
}

// startsWord reports whether the hyphen at a place stands before a word or a phrase,
// and behind none.
func startsWord(text string, at int) bool {
	behind := at == 0 || text[at-1] == ' '
	return behind && at+1 < len(text) && text[at+1] != ' '
}

// Part is a piece of a text.
type Part struct {
	Text  string `json:"text"`
	Match bool   `json:"match,omitempty"` // it is what was searched for
}

// Snippet is a text of the profile in which something was found.
type Snippet struct {
	Field string `json:"field"` // name, headline, skills or location
	Parts []Part `json:"parts"`
}

// highlight divides a text where words of the query are; nil when there is none.
func (q query) highlight(text string) (parts []Part) {
	end := 0
	for _, s := range spans(text) {
		if !q.matches(text[s.from:s.to]) {
			continue
		}
		if end < s.from {
			parts = append(parts, Part{Text: text[end:s.from]})
		}
		parts = append(parts, Part{Text: text[s.from:s.to], Match: true})
		end = s.to
	}
	if parts != nil && end < len(text) {
		parts = append(parts, Part{Text: text[end:]})
	}
	return parts
}

func (q query) matches(word string) bool {
	for _, form := range append(variants(word), fold(word)) {
		if q.wanted[form] {
			return true
		}
	}
	return false
}
