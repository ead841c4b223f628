package tagset

import "strings"

// Reserved returns a key that is reserved for AWS, "" if there is none: keys that
// begin with aws:, in upper or lower case, cannot be set or removed.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func Reserved(keys ...string) string {
	for _, key := range keys {
		if len(key) >= 4 && strings.EqualFold(key[:4], "aws:") {
			return key
		}
	}
	return ""
}

// Keys returns the keys of tags.
func Keys(tags []Tag) (keys []string) {
	for _, t := range tags {
		keys = append(keys, t.Key)
	}
	return keys
}
