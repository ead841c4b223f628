package outreach

import (
	"strings"
	"time"
)

// Sequence names messages that follow one another.
type Sequence string

// The sequences.
const (
	NextSteps Sequence = "next_steps" // after an interview that went well
	Thanks    Sequence = "thanks"     // after one that did not
)

// step is one message of a sequence.
type step struct {
	delay         time.Duration // from the enrolment's time on
	subject, body string        // with {candidate} and the like
}

const day = 24 * time.Hour

// sequences are the messages of each sequence, in the order in which they are sent.
var sequences = map[Sequence][]step{
	NextSteps: {
		{0, "Next steps: {position}", "Hello {candidate},\n\n" +
			"thank you for the conversation with {interviewer}. We would like to go on with you, " +
			"and will propose a time for the next one.\n"},
		{3 * day, "Any questions?", "Hello {candidate},\n\n" +
			"is there anything that you would like to know about the position of {position} before we meet again?\n"},
	},
	Thanks: {
		{day, "Your interview: {position}", "Hello {candidate},\n\n" +
			"thank you for your time and for the conversation with {interviewer}. " +
			"We will not go on with your application for the position of {position}.\n"},
	},
}

// fill puts values in the place of their names in braces.
func fill(text string, values map[string]string) string {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
