package tagset

import "regexp"

// characters is the pattern of keys and values that IAM, CloudWatch Logs and
// most other services take.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
var characters = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// BadCharacters returns a key or value that has a character that tags cannot have;
// ok is false if there is none.
func BadCharacters(tags []Tag) (text string, ok bool) {
	for _, t := range tags {
		for _, text := range []string{t.Key, t.Value} {
			if !characters.MatchString(text) {
				return text, true
			}
		}
	}
	return "", false
}
