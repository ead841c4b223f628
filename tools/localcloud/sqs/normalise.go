package sqs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// normalised returns checked attributes with their JSON in the form in which SQS
// returns it: without white space, with members in a fixed order, and numbers as
// numbers. Terraform compares it as text, byte by byte.
func normalised(attributes map[string]string) map[string]string {
	all := maps.Clone(attributes)
	for name, write := range map[string]func(string) (string, error){
		redrivePolicy: writeRedrive, redriveAllowPolicy: writeRedriveAllow, queuePolicy: writePolicy,
	} {
		if all[name] == "" {
			continue
		}
		if text, err := write(all[name]); err == nil { // otherwise it is from an older state, and is returned unchanged
			all[name] = text
		}
	}
	return all
}

func writeRedrive(raw string) (string, error) {
	r, err := parseRedrive(raw)
	if err != nil {
		return "", err
	}
	return marshal(struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"`
		MaxReceiveCount     int    `json:"maxReceiveCount"`
	}{r.target, r.maxReceive})
}

func writeRedriveAllow(raw string) (string, error) {
	var p redriveAllow
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		return "", err
	}
	return marshal(p)
}

// policyOrder is the order of the members of a policy and of its statements.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
var policyOrder = []string{
	"Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

func writePolicy(raw string) (string, error) {
	var p map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		return "", err
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(p["Statement"], &list) == nil {
		var b bytes.Buffer
		for i, statement := range list {
			b.WriteByte("[,"[min(i, 1)])
			b.WriteString(inOrderOf(policyOrder, statement))
		}
		if len(list) > 0 {
			b.WriteByte(']')
			p["Statement"] = b.Bytes()
		}
	}
	var b bytes.Buffer
	err := json.Compact(&b, []byte(inOrderOf(policyOrder, p)))
	return b.String(), err
}

// inOrderOf writes an object with its members in an order, and other members
// after them.
func inOrderOf(order []string, object map[string]json.RawMessage) string {
	names := slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		return cmp.Or(indexIn(order, a)-indexIn(order, b), cmp.Compare(a, b))
	})
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(name) // a string always marshals
		b.Write(key)
		b.WriteByte(':')
		b.Write(object[name])
	}
	b.WriteByte('}')
	return b.String()
}

func indexIn(order []string, name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// marshal encodes v without HTML escapes.
func marshal(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return string(bytes.TrimSpace(b.Bytes())), err
}
