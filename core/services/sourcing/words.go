package sourcing

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// span is a word of a text, by its bytes.
type span struct{ from, to int }

// spans returns the words of a text: letters and digits, with + and # at their end
// and full stops before or within them, as in C++, C#, .NET and node.js.
func spans(text string) (all []span) {
	runes := []rune(text)
	at := make([]int, len(runes)+1) // the byte at which a rune begins
	for i, r := range runes {
		at[i+1] = at[i] + len(string(r))
	}
	for i := 0; i < len(runes); {
		if !begins(runes, i) {
			i++
			continue
		}
		end := i + 1
		for end < len(runes) && continues(runes, end) {
			end++
		}
		all = append(all, span{at[i], at[end]})
		i = end
	}
	return all
}

func begins(runes []rune, i int) bool {
	return isLetter(runes[i]) || runes[i] == '.' && i+1 < len(runes) && isLetter(runes[i+1])
}

func continues(runes []rune, i int) bool {
	switch r := runes[i]; {
	case isLetter(r):
		return true
	case r == '+', r == '#':
		return isLetter(runes[i-1]) || runes[i-1] == r
	case r == '.':
		return isLetter(runes[i-1]) && i+1 < len(runes) && isLetter(runes[i+1])
	}
	return false
}

func isLetter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// signs are the characters within words that PostgreSQL's parser knows otherwise.
var signs = strings.NewReplacer("+", "plus", "#", "sharp", ".", "dot")

// fold returns a word as it is compared: in lower case, without accents, in letters
// and digits only.
func fold(word string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
	return signs.Replace(plain)
}

// words returns the folded words of a text.
func words(text string) []string {
	folded := []string{}
	for _, s := range spans(text) {
		folded = append(folded, fold(text[s.from:s.to]))
	}
	return folded
}

// variants returns what else a word is found by: node.js by node, js and nodejs,
// ASP.NET by .NET as well.
func variants(word string) (all []string) {
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == '.' })
	if len(parts) < 2 {
		return nil
	}
	all = append(all, fold(strings.Join(parts, "")))
	for i, part := range parts {
		all = append(all, fold(part))
		if i > 0 {
			all = append(all, fold("."+part))
		}
	}
	return all
}

// indexed returns a text for to_tsvector: its words in their order, and then their
// variants.
func indexed(texts ...string) string {
	var inOrder, more []string
	for _, text := range texts {
		for _, s := range spans(text) {
			word := text[s.from:s.to]
			inOrder, more = append(inOrder, fold(word)), append(more, variants(word)...)
		}
	}
	return strings.Join(append(inOrder, more...), " ")
}
