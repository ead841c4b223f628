// Package extract finds what is worth keeping in the transcript of an
// interview, with plain statistics over its words: the same text always yields
// the same result, and nothing leaves the process. It knows English and the
// vocabulary of hiring; it must not know databases or queues.
package extract

// Result is what was found. Lists are never nil.
type Result struct {
	Summary   []string // the sentences that say the most, in the order in which they were said
	Questions []string // that were asked, in order
	Actions   []string // what somebody is to do, in order
	Skills    []string // of the candidate's trade, the most mentioned first
	Topics    []string // other words that keep coming back, the most frequent first
	Words     int      // of the transcript, speakers' names not counted
}

// How many of each there are at most: notes are to be read in a minute.
const (
	maxListed = 20 // questions, actions, skills
	maxTopics = 8
)

// Notes reads a transcript, a turn on each line, with or without a speaker's
// name and a colon before it.
func Notes(transcript string) Result {
	turns := parseTurns(transcript)
	sentences := splitSentences(turns)
	frequency := countStems(sentences)
	found := skills(sentences)
	return Result{
		Summary:   summarise(sentences, frequency),
		Questions: questions(sentences),
		Actions:   actions(sentences),
		Skills:    found,
		Topics:    topics(frequency, turns, found),
		Words:     countWords(sentences),
	}
}

func countWords(sentences []sentence) int {
	n := 0
	for _, s := range sentences {
		n += len(s.words)
	}
	return n
}
