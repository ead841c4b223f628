package policy

import (
	"fmt"
	"strings"
	"testing"
)

// statement makes a policy of one statement from its members.
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
	} {
		if got := Glob(tc.pattern, tc.s); got != tc.want {
			t.Errorf("Glob(%q, %q) = %v", tc.pattern, tc.s, got)
		}
	}
}
