package tagset

import "regexp"

// Characters is the pattern of keys and values that IAM, STS, CloudWatch Logs and
// most other services take.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
var Characters = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// BadCharacters returns a key or value that has a character that tags cannot have;
// ok is false if there is none.
func BadCharacters(tags []Tag) (text string, ok bool) {
	for _, t := range tags {
		for _, text := range []string{t.Key, t.Value} {
			if !Characters.MatchString(text) {
				return text, true
			}
		}
	}
	return "", false
}
