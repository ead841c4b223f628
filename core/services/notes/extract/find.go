package extract

import "slices"

// questions returns what was asked, but for fillers such as "Right?".
func questions(sentences []sentence) []string {
	return list(sentences, func(s sentence) bool { return s.isQuestion() && len(s.words) >= 4 })
}

var (
	// marker says outright that an action follows.
	marker = lazy(`(?i)^(action( item)?|to-?do|next steps?)\b`)
	// promise is somebody who takes something on, and does so with a verb of
	// doing: "I'll tell you a story" is none.
	promise = lazy(`(?i)\b(i|we|you|he|she|they|\p{L}+)(['’]ll| will| need to| should| shall|['’]m going to|['’]re going to| is going to)` +
		`( \p{L}+){0,2} (send|share|schedule|set up|review|follow up|prepare|book|write up|check|get back|contact|email|call|arrange|forward|submit|complete|confirm|update|introduce|invite|organi[sz]e)\b`)
	// request asks somebody to do something.
	request = lazy(`(?i)^(please|let['’]s)( \p{L}+){0,2} (send|share|schedule|set up|review|follow up|prepare|book|write up|check|contact|email|call|arrange|forward|submit|complete|confirm|update|invite|organi[sz]e)\b`)
)

func actions(sentences []sentence) []string {
	return list(sentences, isAction)
}

func isAction(s sentence) bool {
	return !s.isQuestion() && (marker().MatchString(s.text) || promise().MatchString(s.text) || request().MatchString(s.text))
}

// list returns the sentences that match, each once.
func list(sentences []sentence, matches func(sentence) bool) []string {
	found := []string{}
	for _, s := range sentences {
		if len(found) == maxListed {
			break
		}
		if matches(s) && !slices.Contains(found, s.quoted()) {
			found = append(found, s.quoted())
		}
	}
	return found
}
