// Package resourcepolicy keeps the resource policies of functions, versions and
// aliases, and decides by them which services may invoke a function. It knows of
// functions only whether they exist.
package resourcepolicy

import (
	"regexp"
	"slices"
	"strings"
)

// policy is the resource policy of a function, a version or an alias.
type policy struct {
	Statements []statement
	RevisionId string
}

// statement is one permission, in the shape of IAM's policy language.
type statement struct {
	Sid       string
	Effect    string
	Principal any // "*", or {"Service": ...}, or {"AWS": ...}
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

type policyDocument struct {
	Version   string
	Id        string
	Statement []statement
}

func (p policy) document() policyDocument {
	return policyDocument{"2012-10-17", "default", p.Statements}
}

// allows reports whether the statement lets a service invoke the function. Services
// do not invoke it by its URL.
func (st statement) allows(service, sourceARN, account string) bool {
	principals, _ := st.Principal.(map[string]any)
	if st.Principal != "*" && principals["Service"] != service {
		return false
	}
	if !slices.Contains([]string{"lambda:InvokeFunction", "lambda:*", "*"}, st.Action) {
		return false
	}
	if want, ok := st.Condition["ArnLike"]["AWS:SourceArn"]; ok && !arnLike(want, sourceARN) {
		return false
	}
	if _, ok := st.Condition["Bool"]; ok {
		return false
	}
	for key, want := range st.Condition["StringEquals"] {
		if key != "AWS:SourceAccount" || want != account {
			return false
		}
	}
	return true
}

// arnLike compares ARNs like IAM's ArnLike: each of the six parts separately.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func arnLike(pattern, arn string) bool {
	want, have := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !glob(want[i], have[i]) {
			return false
		}
	}
	return true
}

// glob matches * (any text) and ? (one character).
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	for i := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(parts[i]), `\?`, ".")
	}
	return regexp.MustCompile("^(?s:" + strings.Join(parts, ".*") + ")$").MatchString(text)
}
