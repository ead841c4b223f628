package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// maxDepth is the deepest nesting of objects and lists in a policy document:
// document, statements, statement, conditions, operator, key, values.
const maxDepth = 10

// checkSyntax checks what encoding/json accepts: each member of an object occurs
// once, nothing is null, and nothing follows the document. A member that occurs
// twice would widen a policy, since the last one would win.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func checkSyntax(raw string) error {
	for _, r := range raw {
		if r > 0xFF || (r < ' ' && r != '\t' && r != '\n' && r != '\r') {
			return fmt.Errorf("the character %q is not allowed", r)
		}
	}
	d := json.NewDecoder(strings.NewReader(raw))
	d.UseNumber()
	if err := checkValue(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is text after the document")
	}
	return nil
}

func checkValue(d *json.Decoder, depth int) error {
	token, err := d.Token()
	switch {
	case err != nil:
		return err
	case token == nil:
		return errors.New("null is not allowed")
	case depth > maxDepth:
		return errors.New("the document nests too deeply")
	case token == json.Delim('{'):
		return checkObject(d, depth)
	case token == json.Delim('['):
		return checkList(d, depth)
	}
	if text, ok := token.(string); ok {
		return checkText(text)
	}
	return nil
}

// checkText refuses control characters, which an escape can write: patterns use
// some as marks.
func checkText(text string) error {
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		return fmt.Errorf("%q has a control character", text)
	}
	return nil
}

func checkObject(d *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder returns nothing else here
		if seen[name] {
			return fmt.Errorf("the member %q occurs twice in one object", name)
		}
		seen[name] = true
		if err := checkText(name); err != nil {
			return err
		}
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func checkList(d *json.Decoder, depth int) error {
	for d.More() {
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// checkNames checks that an object has no other members. The decoder alone would
// accept "action" for "Action", and use one of the two.
func checkNames(raw []byte, names ...string) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return err
	}
	for _, name := range names {
		delete(members, name)
	}
	for name := range members {
		return fmt.Errorf("unknown member %q", name)
	}
	return nil
}
