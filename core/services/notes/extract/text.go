package extract

import (
	"strings"
	"unicode"
)

// turn is what one speaker says without interruption.
type turn struct {
	speaker string // empty: not known
	text    string
}

// sentence is a sentence of a turn.
type sentence struct {
	speaker string
	text    string
	words   []string       // as written
	stems   map[string]int // how often each stem of a word that carries meaning occurs
}

// quoted returns the sentence with who said it.
func (s sentence) quoted() string {
	if s.speaker == "" {
		return s.text
	}
	return s.speaker + ": " + s.text
}

func (s sentence) isQuestion() bool { return strings.HasSuffix(strings.TrimRight(s.text, `"')`), "?") }

var (
	// timestamp is what recorders put before a turn: "[00:01:02]", "00:01:02.345 -".
	timestamp = lazy(`^[\[(]?\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?[\])]?\s*[-–]?\s*`)
	speaker   = lazy(`^(\p{Lu}[\p{L}\p{M}.'’ -]{0,39}?)\s*:\s+`)
)

func parseTurns(transcript string) []turn {
	var turns []turn
	for line := range strings.Lines(transcript) {
		line = timestamp().ReplaceAllString(strings.TrimSpace(line), "")
		if line == "" {
			continue
		}
		t := turn{text: line}
		if m := speaker().FindStringSubmatch(line); m != nil && !isMarker(m[1]) {
			t = turn{speaker: m[1], text: line[len(m[0]):]}
		}
		turns = append(turns, t)
	}
	return turns
}

// isMarker tells "Action item: ..." from a speaker.
func isMarker(name string) bool {
	switch strings.ToLower(name) {
	case "action", "action item", "next step", "next steps", "todo", "note":
		return true
	}
	return false
}

func splitSentences(turns []turn) []sentence {
	var all []sentence
	for _, t := range turns {
		for _, text := range splitText(t.text) {
			words := splitWords(text)
			all = append(all, sentence{speaker: t.speaker, text: text, words: words, stems: count(meaningful(words))})
		}
	}
	return all
}

func count(stems []string) map[string]int {
	n := make(map[string]int, len(stems))
	for _, stem := range stems {
		n[stem]++
	}
	return n
}

// splitText cuts a turn behind each full stop, question or exclamation mark that
// a space follows, unless the stop only ends an abbreviation.
func splitText(text string) []string {
	var parts []string
	start := 0
	for i, r := range text {
		end := i + len(string(r))
		if !strings.ContainsRune(".?!…", r) || end < len(text) && !unicode.IsSpace(rune(text[end])) {
			continue
		}
		if r == '.' && isAbbreviation(text[start:end]) {
			continue
		}
		parts = appendText(parts, text[start:end])
		start = end
	}
	return appendText(parts, text[start:])
}

func appendText(parts []string, text string) []string {
	if text = strings.TrimSpace(text); text != "" {
		parts = append(parts, text)
	}
	return parts
}

var abbreviations = lazySet("e.g. i.e. etc. vs. mr. mrs. ms. dr. prof. st. approx. no.")

func isAbbreviation(text string) bool {
	last := strings.ToLower(text[strings.LastIndexByte(text, ' ')+1:])
	isInitial := len(last) == 2 && 'a' <= last[0] && last[0] <= 'z' && last != "i."
	return abbreviations()[last] || isInitial
}

// splitWords keeps what names of technologies are made of: "C++", "C#", "CI/CD"
// falls apart, "Node.js" does not.
func splitWords(text string) []string {
	fields := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("'’+#.-", r)
	})
	words := fields[:0]
	for _, f := range fields {
		if f = strings.Trim(f, "'’.-"); strings.ContainsFunc(f, isLetterOrDigit) {
			words = append(words, f)
		}
	}
	return words
}

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// meaningful returns the stems of the words that are no stop words.
func meaningful(words []string) []string {
	var stems []string
	for _, w := range words {
		w = strings.ReplaceAll(strings.ToLower(w), "’", "'")
		if len([]rune(w)) > 2 && !stopWords()[w] && strings.ContainsFunc(w, unicode.IsLetter) {
			stems = append(stems, stem(w))
		}
	}
	return stems
}

// stem removes the suffixes of the plural and of a possessive; more would join
// words that differ.
func stem(w string) string {
	w = strings.TrimSuffix(w, "'s")
	switch {
	case len(w) > 4 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		return w[:len(w)-1]
	}
	return w
}

// stopWords carry grammar rather than meaning, or are what people say to keep
// talking.
var stopWords = lazySet(`
	a about above actually after again all almost also always am an and any anything are aren't around as ask at
	back basically be became because become been before being below between both but by
	came can can't cannot come could couldn't did didn't do does doesn't doing don't done down during
	each else enough even ever every everything few first for from further
	gave get gets getting give go goes going gonna good got great had hadn't has hasn't have haven't having he he'd he'll he's
	hello her here hers herself hey hi him himself his how however i i'd i'll i'm i've if in into is isn't it it'd it'll it's its itself
	just kind know last let let's like little look lot lots made make makes many maybe me mean might mm more most mostly much must my myself
	need never new next no nor not now of off oh okay on once one only onto or other our ours out over own
	people perhaps please pretty probably put quite rather really right said same say says see seen shall she she'd she'll she's should shouldn't
	since so some something sort still stuff such sure take tell than thank thanks that that'd that'll that's the their theirs them themselves then
	there there's these they they'd they'll they're they've thing things think this those though thought through time to together told too took try two
	uh um under until up upon us use used using very want wanted was wasn't way we we'd we'll we're we've well went were weren't what what's when
	where whether which while who whom whose why will with within without won't work worked working would wouldn't
	yeah year years yes yet you you'd you'll you're you've your yours yourself
`)
