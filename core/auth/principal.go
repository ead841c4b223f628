package auth

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// tolerant are the options by which principals are read: an authorizer may be newer
// than the handler. Names match exactly and stand once.
var tolerant = json.JoinOptions(
	jsonv1.DefaultOptionsV1(),
	json.MatchCaseInsensitiveNames(false),
	jsontext.AllowDuplicateNames(false),
	jsontext.AllowInvalidUTF8(false),
)

// decodeContext fills a value from the context of an authorizer's answer: from the
// principal that function.Authorizer has put there, or from all of it where the
// authorizer answers as AWS has it.
func decodeContext(values map[string]any, into any) error {
	text, ok := values[PrincipalKey].(string)
	if !ok {
		raw, err := json.Marshal(values)
		if err != nil {
			return err
		}
		text = string(raw)
	}
	if text == "null" {
		return errors.New("the authorizer has returned nobody")
	}
	return json.Unmarshal([]byte(text), into, tolerant)
}
