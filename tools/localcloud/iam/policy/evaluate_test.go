package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// statement returns a policy of one statement from its members.
func statement(members string) string {
	return `{"Version":"2012-10-17","Statement":[{` + members + `}]}`
}

const queue = "arn:aws:sqs:us-east-1:000000000000:notes"

var context = map[string][]string{
	"aws:principalarn":     {"arn:aws:iam::000000000000:role/app/web"},
	"aws:principalaccount": {"000000000000"},
	"aws:sourceip":         {"10.1.2.3"},
	"aws:currenttime":      {"2026-06-01T12:00:00Z"},
	"aws:securetransport":  {"true"},
	"aws:tagkeys":          {"env", "owner"},
	"aws:epochtime":        {"1780315200"},
	"app:binary":           {"aGk="},
	"app:umlaut":           {"über"},
	"app:size":             {"20"},
	"app:name":             {"notes"},
}

func TestEvaluate(t *testing.T) {
	for _, tc := range []struct {
		name       string
		statements string
		action     string
		resource   string
		want       Decision
	}{
		{"exact", `"Effect":"Allow","Action":"sqs:SendMessage","Resource":"` + queue + `"`, "sqs:SendMessage", queue, Allowed},
		{"action in another case", `"Effect":"Allow","Action":"SQS:sendmessage","Resource":"*"`, "sqs:SendMessage", queue, Allowed},
		{"another action", `"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"`, "sqs:DeleteQueue", queue, Unmatched},
		{"another resource", `"Effect":"Allow","Action":"sqs:*","Resource":"` + queue + `"`, "sqs:SendMessage", queue + "-dlq", Unmatched},
		{"resource in another case", `"Effect":"Allow","Action":"sqs:*","Resource":"` + strings.Replace(queue, "notes", "Notes", 1) + `"`,
			"sqs:SendMessage", queue, Unmatched},
		{"wildcard in an action", `"Effect":"Allow","Action":"sqs:Send*","Resource":"*"`, "sqs:SendMessageBatch", queue, Allowed},
		{"question mark", `"Effect":"Allow","Action":"sqs:SendMessag?","Resource":"arn:aws:sqs:us-east-?:*:notes"`, "sqs:SendMessage", queue, Allowed},
		{"wildcard at a segment's end goes beyond it", `"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*"`, "sqs:SendMessage", queue, Allowed},
		{"list", `"Effect":"Allow","Action":["logs:PutLogEvents","sqs:SendMessage"],"Resource":["arn:aws:logs:a:b:c:d","` + queue + `"]`,
			"sqs:SendMessage", queue, Allowed},
		{"NotAction allows others", `"Effect":"Allow","NotAction":"iam:*","Resource":"*"`, "sqs:SendMessage", queue, Allowed},
		{"NotAction leaves its own out", `"Effect":"Allow","NotAction":"iam:*","Resource":"*"`, "iam:GetRole", "*", Unmatched},
		{"NotResource", `"Effect":"Deny","Action":"*","NotResource":"` + queue + `"`, "sqs:SendMessage", queue + "x", Denied},
		{"NotResource leaves its own out", `"Effect":"Deny","Action":"*","NotResource":"` + queue + `"`, "sqs:SendMessage", queue, Unmatched},
		{"deny wins after allow", `"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"sqs:*","Resource":"*"`,
			"sqs:SendMessage", queue, Denied},
		{"deny wins before allow", `"Effect":"Deny","Action":"sqs:*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"`,
			"sqs:SendMessage", queue, Denied},
		{"specific resource is not all", `"Effect":"Allow","Action":"sqs:ListQueues","Resource":"` + queue + `"`, "sqs:ListQueues", "*", Unmatched},
		{"variable", `"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:${app:name}"`, "sqs:SendMessage", queue, Allowed},
		{"variable without a value", `"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:us-east-1:000000000000:${app:none}"`, "sqs:SendMessage", queue, Unmatched},
		{"variable with a default", `"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:us-east-1:000000000000:${app:none, 'notes'}"`, "sqs:SendMessage", queue, Allowed},
		{"escaped wildcard is none", `"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:us-east-1:000000000000:${*}"`, "sqs:SendMessage", queue, Unmatched},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc, err := Identity(statement(tc.statements))
			if err != nil {
				t.Fatal(err)
			}
			got := Evaluate([]*Document{doc}, Request{Action: tc.action, Resource: tc.resource, Context: context})
			if got != tc.want {
				t.Errorf("decision %d, want %d", got, tc.want)
			}
		})
	}
}

func TestEvaluateOverSeveralDocuments(t *testing.T) {
	var docs []*Document
	for _, effect := range []string{"Allow", "Deny"} {
		doc, err := Identity(statement(fmt.Sprintf(`"Effect":%q,"Action":"sqs:*","Resource":"*"`, effect)))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	if got := Evaluate(docs, Request{Action: "sqs:SendMessage", Resource: queue}); got != Denied {
		t.Errorf("decision %d: the other document's Deny does not win", got)
	}
	if got := Evaluate(nil, Request{Action: "sqs:SendMessage", Resource: queue}); got != Unmatched {
		t.Errorf("decision %d without policies", got)
	}
}

func TestConditions(t *testing.T) {
	for _, tc := range []struct {
		condition string
		want      bool
	}{
		{`"StringEquals":{"app:name":"notes"}`, true},
		{`"StringEquals":{"APP:Name":["other","notes"]}`, true},
		{`"StringEquals":{"app:name":"Notes"}`, false},
		{`"StringEquals":{"app:name":"no*"}`, false},
		{`"StringEquals":{"app:none":"x"}`, false},
		{`"StringEqualsIfExists":{"app:none":"x"}`, true},
		{`"StringEqualsIfExists":{"app:name":"x"}`, false},
		{`"StringNotEquals":{"app:name":["a","notes"]}`, false},
		{`"StringNotEquals":{"app:name":["a","b"]}`, true},
		{`"StringNotEquals":{"app:none":"a"}`, true},
		{`"StringEqualsIgnoreCase":{"app:name":"NOTES"}`, true},
		{`"StringNotEqualsIgnoreCase":{"app:name":"NOTES"}`, false},
		{`"StringLike":{"app:name":"n?t*"}`, true},
		{`"StringLike":{"app:name":"${*}"}`, false},
		{`"StringNotLike":{"app:name":"n*"}`, false},
		{`"StringEquals":{"app:name":"${app:name}"}`, true},
		{`"NumericEquals":{"app:size":20}`, true},
		{`"NumericNotEquals":{"app:size":"20"}`, false},
		{`"NumericLessThan":{"app:size":"20"}`, false},
		{`"NumericLessThanEquals":{"app:size":"20"}`, true},
		{`"NumericGreaterThan":{"app:size":"19.5"}`, true},
		{`"NumericGreaterThanEquals":{"app:size":"21"}`, false},
		{`"NumericGreaterThan":{"app:name":"1"}`, false},
		{`"DateLessThan":{"aws:CurrentTime":"2026-06-02T00:00:00Z"}`, true},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-06-02"}`, false},
		{`"DateGreaterThanEquals":{"aws:CurrentTime":"0"}`, true},
		{`"DateLessThanEquals":{"aws:CurrentTime":"2026-06-01T12:00:00Z"}`, true},
		{`"DateEquals":{"aws:CurrentTime":"2026-06-01T12:00:00Z"}`, true},
		{`"DateNotEquals":{"aws:CurrentTime":"2026-06-01T12:00:00Z"}`, false},
		{`"DateLessThan":{"aws:CurrentTime":"2027"}`, true},
		{`"DateLessThan":{"aws:CurrentTime":"2026-06"}`, false},
		{`"DateLessThan":{"aws:CurrentTime":"2026-06-01T12:01Z"}`, true},
		{`"DateLessThan":{"aws:CurrentTime":"2026-06-01T14:00:00.5+02:00"}`, true},
		{`"DateGreaterThan":{"aws:EpochTime":1780315199}`, true},
		{`"DateLessThan":{"aws:EpochTime":"2026-06-01T12:00:01Z"}`, true},
		{`"DateNotEquals":{"app:none":"2026-06-01"}`, true},
		{`"DateLessThanIfExists":{"app:none":"2026-06-01"}`, true},
		{`"NumericEquals":{"aws:EpochTime":1780315200}`, true},
		{`"BinaryEquals":{"app:binary":"aGk="}`, true},
		{`"BinaryEquals":{"app:binary":"aGo="}`, false},
		{`"Null":{"app:name":["true","false"]}`, true},
		{`"StringLike":{"app:umlaut":"?ber"}`, true},
		{`"StringLike":{"app:umlaut":"??ber"}`, false},
		{`"StringLike":{"app:umlaut":"*?ber"}`, true},
		{`"ForAnyValue:StringNotEquals":{"aws:TagKeys":["env"]}`, true},
		{`"ForAnyValue:StringNotEquals":{"aws:TagKeys":["env","owner"]}`, false},
		{`"ForAllValues:StringNotEquals":{"aws:TagKeys":["env"]}`, false},
		{`"ForAllValues:StringLikeIfExists":{"aws:TagKeys":"*"}`, true},
		{`"ForAnyValue:StringLikeIfExists":{"app:none":"x"}`, true},
		{`"Bool":{"aws:SecureTransport":"true"}`, true},
		{`"Bool":{"aws:SecureTransport":false}`, false},
		{`"Null":{"app:none":"true"}`, true},
		{`"Null":{"app:name":"true"}`, false},
		{`"Null":{"app:name":false}`, true},
		{`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, true},
		{`"IpAddress":{"aws:SourceIp":["192.168.0.1","10.1.2.3"]}`, true},
		{`"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, false},
		{`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:role/app/web"}`, true},
		{`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}`, true},
		{`"ArnLike":{"aws:PrincipalArn":"arn:aws:*:role/app/web"}`, false},
		{`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app/*"}`, false},
		{`"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:role/other"}`, true},
		{`"ForAnyValue:StringEquals":{"aws:TagKeys":["owner","x"]}`, true},
		{`"ForAnyValue:StringEquals":{"aws:TagKeys":"x"}`, false},
		{`"ForAnyValue:StringEquals":{"app:none":"x"}`, false},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["owner","env","x"]}`, true},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["owner"]}`, false},
		{`"ForAllValues:StringEquals":{"app:none":"x"}`, true},
		{`"StringEquals":{"app:name":"notes"},"Bool":{"aws:SecureTransport":"false"}`, false},
		{`"StringEquals":{"app:name":"notes","app:size":"21"}`, false},
	} {
		t.Run(tc.condition, func(t *testing.T) {
			doc, err := Identity(statement(`"Effect":"Allow","Action":"*","Resource":"*","Condition":{` + tc.condition + `}`))
			if err != nil {
				t.Fatal(err)
			}
			got := Evaluate([]*Document{doc}, Request{Action: "a:B", Resource: "*", Context: context})
			if (got == Allowed) != tc.want {
				t.Errorf("holds = %v, want %v", got == Allowed, tc.want)
			}
		})
	}
}

// TestOldVersionsHaveNoVariables checks that ${...} is plain text in documents of
// version 2008-10-17 and of none, in every place.
func TestOldVersionsHaveNoVariables(t *testing.T) {
	for version, want := range map[string]Decision{
		`"Version":"2012-10-17",`: Allowed, `"Version":"2008-10-17",`: Unmatched, ``: Unmatched,
	} {
		for _, members := range []string{
			`"Resource":"arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:notes"`,
			`"Resource":"*","Condition":{"StringEquals":{"app:name":"${app:name}"}}`,
		} {
			doc, err := Identity(`{` + version + `"Statement":{"Effect":"Allow","Action":"*",` + members + `}}`)
			if err != nil {
				t.Fatal(err)
			}
			request := Request{Action: "sqs:SendMessage", Resource: queue, Context: context}
			if got := Evaluate([]*Document{doc}, request); got != want {
				t.Errorf("version %q, %s: decision %d, want %d", version, members, got, want)
			}
		}
	}
}

func TestEvaluateTrust(t *testing.T) {
	user := Caller{Account: "000000000000", ARNs: []string{
		"arn:aws:sts::000000000000:assumed-role/web/s", "arn:aws:iam::000000000000:role/web"}}
	lambda := Caller{Service: "lambda.amazonaws.com"}
	for _, tc := range []struct {
		name, principal string
		caller          Caller
		want            Decision
	}{
		{"service", `"Principal":{"Service":"lambda.amazonaws.com"}`, lambda, Allowed},
		{"service in a list", `"Principal":{"Service":["a.amazonaws.com","lambda.amazonaws.com"]}`, lambda, Allowed},
		{"another service", `"Principal":{"Service":"events.amazonaws.com"}`, lambda, Unmatched},
		{"service by account", `"Principal":{"AWS":"000000000000"}`, lambda, Unmatched},
		{"account", `"Principal":{"AWS":"000000000000"}`, user, Allowed},
		{"account's root", `"Principal":{"AWS":"arn:aws:iam::000000000000:root"}`, user, Allowed},
		{"another account", `"Principal":{"AWS":"arn:aws:iam::111111111111:root"}`, user, Unmatched},
		{"role", `"Principal":{"AWS":"arn:aws:iam::000000000000:role/web"}`, user, Allowed},
		{"session", `"Principal":{"AWS":"arn:aws:sts::000000000000:assumed-role/web/s"}`, user, Allowed},
		{"everybody", `"Principal":"*"`, user, Allowed},
		{"every AWS principal", `"Principal":{"AWS":"*"}`, user, Allowed},
		{"every AWS principal is no service", `"Principal":{"AWS":"*"}`, lambda, Unmatched},
		{"all but", `"NotPrincipal":{"AWS":"arn:aws:iam::000000000000:role/web"}`, user, Unmatched},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc, err := Trust(statement(`"Effect":"Allow","Action":"sts:AssumeRole",` + tc.principal))
			if err != nil {
				t.Fatal(err)
			}
			if got := EvaluateTrust(doc, Request{Action: "sts:AssumeRole", Caller: tc.caller}); got != tc.want {
				t.Errorf("decision %d, want %d", got, tc.want)
			}
		})
	}
}

func TestGlob(t *testing.T) {
	for _, tc := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"*", "", true}, {"a*", "a", true}, {"*a", "bba", true}, {"a*b*c", "axxbyyc", true},
		{"a*b*c", "axxbyy", false}, {"?", "", false}, {"a?c", "abc", true}, {"**", "x", true}, {"a", "ab", false},
		{"*ab", "aab", true}, {"*a*b", "xaxb", true},
		{"?", "é", true}, {"??", "é", false}, {"a?c", "aéc", true}, {"*?", "é", true}, {"?é", "éé", true},
	} {
		if got := Glob(tc.pattern, tc.s); got != tc.want {
			t.Errorf("Glob(%q, %q) = %v", tc.pattern, tc.s, got)
		}
	}
}

// FuzzGlob compares Glob with the definition of its wildcards.
// FuzzEvaluate asserts what no policy may undo: an explicit deny wins, whatever else
// is there and in whatever order; a policy that only denies never allows anything;
// and one that denies everything denies.
func FuzzEvaluate(f *testing.F) {
	allow := statement(`"Effect":"Allow","Action":"*","Resource":"*"`)
	for _, seed := range []string{
		statement(`"Effect":"Deny","Action":"sqs:*","Resource":"*"`),
		statement(`"Effect":"Deny","NotAction":["sqs:SendMessage"],"NotResource":"` + queue + `"`),
		statement(`"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"${app:name}"}}`),
		statement(`"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLike":{"aws:TagKeys":["*"]},"Bool":{"aws:SecureTransport":"false"}}`),
		statement(`"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*","Condition":{"NumericLessThan":{"app:size":"21"}}`),
	} {
		f.Add(allow, seed, "sqs:SendMessage", queue)
		f.Add(seed, seed, "sqs:DeleteQueue", "*")
	}
	denyAll, err := Identity(statement(`"Effect":"Deny","Action":"*","Resource":"*"`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, first, second, action, resource string) {
		a, errA := Identity(first)
		b, errB := Identity(second)
		if errA != nil || errB != nil {
			return
		}
		r := Request{Action: action, Resource: resource, Context: context}
		one, other, both := Evaluate([]*Document{a}, r), Evaluate([]*Document{b}, r), Evaluate([]*Document{a, b}, r)
		if want := max(one, other); both != want { // in the order of the constants
			t.Errorf("alone they decide %d and %d, and together %d", one, other, both)
		}
		if turned := Evaluate([]*Document{b, a}, r); turned != both {
			t.Errorf("the order matters: %d and %d", both, turned)
		}
		if got := Evaluate([]*Document{a, denyAll}, r); got != Denied {
			t.Errorf("with a denial of everything: %d", got)
		}
		denying := *b
		denying.Statements = slices.Clone(b.Statements)
		for i := range denying.Statements {
			denying.Statements[i].Effect = Deny
		}
		if got := Evaluate([]*Document{a, &denying}, r); got == Allowed && one != Allowed {
			t.Error("a denial has granted something")
		}
		if got := Evaluate([]*Document{&denying}, r); got == Allowed {
			t.Error("a policy that only denies allows")
		}
		if other == Allowed && Evaluate([]*Document{a, &denying}, r) != Denied {
			t.Error("what matches a request to allow it does not match it to deny it")
		}
	})
}

func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{{"a*b?", "axxbc"}, {"*", ""}, {"?é*", "éé"}, {"**?", "a"}, {"\xff?", "\xffé"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if strings.ContainsAny(pattern, literals) || len(pattern) > 30 || len(s) > 30 ||
			!utf8.ValidString(pattern) || !utf8.ValidString(s) {
			return
		}
		if got, want := Glob(pattern, s), slowGlob([]rune(pattern), []rune(s)); got != want {
			t.Errorf("Glob(%q, %q) = %v, want %v", pattern, s, got, want)
		}
	})
}

// slowGlob fills the table of which prefixes match which.
func slowGlob(pattern, s []rune) bool {
	match := make([][]bool, len(pattern)+1)
	for p := range match {
		match[p] = make([]bool, len(s)+1)
		for i := range match[p] {
			switch {
			case p == 0:
				match[p][i] = i == 0
			case pattern[p-1] == '*':
				match[p][i] = match[p-1][i] || (i > 0 && match[p][i-1])
			default:
				match[p][i] = i > 0 && match[p-1][i-1] && (pattern[p-1] == '?' || pattern[p-1] == s[i-1])
			}
		}
	}
	return match[len(pattern)][len(s)]
}

func BenchmarkEvaluate(b *testing.B) {
	doc, err := Identity(statement(`"Effect":"Allow","Action":["sqs:SendMessage","sqs:GetQueueUrl"],"Resource":"` + queue + `",` +
		`"Condition":{"StringEquals":{"aws:PrincipalAccount":"000000000000"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`))
	if err != nil {
		b.Fatal(err)
	}
	docs, request := []*Document{doc}, Request{Action: "sqs:SendMessage", Resource: queue, Context: context}
	for b.Loop() {
		Evaluate(docs, request)
	}
}
