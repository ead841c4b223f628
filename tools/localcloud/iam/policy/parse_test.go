package policy

import (
	"strings"
	"testing"
)

func TestIdentityRefusesWhatAWSRefuses(t *testing.T) {
	for _, tc := range []struct{ name, document, want string }{
		{"no JSON", `{`, "Syntax errors in policy."},
		{"text after it", statement(`"Effect":"Allow","Action":"a:b","Resource":"*"`) + "x", "Syntax errors in policy."},
		{"unknown member", statement(`"Effect":"Allow","Action":"a:b","Resuorce":"*"`), "Syntax errors in policy."},
		{"unknown version", `{"Version":"2020-01-01","Statement":[]}`, "valid version string"},
		{"no statement", `{"Version":"2012-10-17","Statement":[]}`, "Syntax errors in policy."},
		{"unknown effect", statement(`"Effect":"allow","Action":"a:b","Resource":"*"`), "invalid effect"},
		{"no action", statement(`"Effect":"Allow","Resource":"*"`), "Policy statement must contain actions."},
		{"both kinds of action", statement(`"Effect":"Allow","Action":"a:b","NotAction":"a:c","Resource":"*"`), "Syntax errors"},
		{"action without a vendor", statement(`"Effect":"Allow","Action":"SendMessage","Resource":"*"`), "prefaced by a vendor"},
		{"no resource", statement(`"Effect":"Allow","Action":"a:b"`), "Policy statement must contain resources."},
		{"both kinds of resource", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","NotResource":"*"`), "Syntax errors"},
		{"resource that is no ARN", statement(`"Effect":"Allow","Action":"a:b","Resource":"queue"`), "must be in ARN format"},
		{"resource that is half an ARN", statement(`"Effect":"Allow","Action":"a:b","Resource":"arn:aws:sqs"`), "must be in ARN format"},
		{"principal", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Principal":"*"`), "should not specify a principal"},
		{"unknown operator", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringIs":{"a:b":"c"}}`), "Invalid Condition type"},
		{"unknown quantifier", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"ForSome:Bool":{"a:b":"c"}}`), "Invalid Condition type"},
		{"key without a vendor", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"b":"c"}}`), "prefaced by a vendor"},
		{"member twice", `{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}`, `"Version" occurs twice`},
		{"statements twice", `{"Statement":[],"Statement":[]}`, `"Statement" occurs twice`},
		{"effect twice", statement(`"Effect":"Deny","Action":"a:b","Resource":"*","Effect":"Allow"`), `"Effect" occurs twice`},
		{"resource twice", statement(`"Effect":"Allow","Action":"a:b","Resource":"arn:aws:sqs:a:b:c","Resource":"*"`), `"Resource" occurs twice`},
		{"operator twice", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"a:b":"true"},"Bool":{"a:c":"true"}}`), `"Bool" occurs twice`},
		{"key twice", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"a:b":"true","a:b":"false"}}`), `"a:b" occurs twice`},
		{"key twice, in two cases", statement(`"Effect":"Deny","Action":"a:b","Resource":"*","Condition":{"Bool":{"a:b":"true","A:B":"false"}}`), "the key a:b occurs twice in Bool"},
		{"control character, escaped", statement(`"Effect":"Allow","Action":"a:b","Resource":"arn:aws:sqs:::\u0001"`), "has a control character"},
		{"member with a control character", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"a:\u0000":"true"}}`), "has a control character"},
		{"member twice, once escaped", statement(`"Effect":"Deny","Action":"a:b","Resource":"*","\u0045ffect":"Allow"`), `"Effect" occurs twice`},
		{"member in another case", statement(`"Effect":"Deny","Action":"a:b","Resource":"*","effect":"Allow"`), `unknown member "effect"`},
		{"null condition", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":null`), "null is not allowed"},
		{"null value", statement(`"Effect":"Allow","Action":"a:b","Resource":[null]`), "null is not allowed"},
		{"deep nesting", strings.Repeat("[", 100_000), "nests too deeply"},
		{"condition's value that is an object", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"a:b":{}}}`), "Syntax errors"},
		{"number that is none", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"NumericEquals":{"a:b":"x"}}`), "is no value of NumericEquals"},
		{"date that is none", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"DateLessThan":{"a:b":"tomorrow"}}`), "is no value of DateLessThan"},
		{"network that is none", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"NotIpAddress":{"a:b":"10.0.0.0/33"}}`), "is no value of NotIpAddress"},
		{"boolean that is none", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"BoolIfExists":{"a:b":"yes"}}`), "is no value of BoolIfExists"},
		{"Null that is none", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Null":{"a:b":"yes"}}`), "is no value of Null"},
		{"Null with a suffix", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"NullIfExists":{"a:b":"true"}}`), "Invalid Condition type"},
		{"variable where there is none", statement(`"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"NumericEquals":{"a:b":"${a:c}"}}`), "is no value of NumericEquals"},
		{"statement's id with a space", statement(`"Sid":"a b","Effect":"Allow","Action":"a:b","Resource":"*"`), "must be alpha-numeric"},
		{"character beyond Latin-1", statement(`"Effect":"Allow","Action":"a:b","Resource":"arn:aws:sqs:::☃"`), "is not allowed"},
		{"one id twice", statement(`"Sid":"a","Effect":"Allow","Action":"a:b","Resource":"*"},{"Sid":"a","Effect":"Allow","Action":"a:b","Resource":"*"`), "must be unique"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := Identity(tc.document); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestTrustRefusesWhatAWSRefuses(t *testing.T) {
	for _, tc := range []struct{ name, members, want string }{
		{"resource", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"`, "Has prohibited field Resource"},
		{"no principal", `"Effect":"Allow","Action":"sts:AssumeRole"`, "Missing required field Principal"},
		{"another action", `"Effect":"Allow","Action":"sqs:SendMessage","Principal":"*"`, "may only specify STS AssumeRole actions"},
		{"both kinds of principal", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"000000000000"},"NotPrincipal":{"AWS":"000000000001"}`, "Principal and NotPrincipal in one statement"},
		{"principal that is no kind", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":"me"`, "Invalid principal in policy"},
		{"principal twice", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"000000000000","AWS":"*"}`, `"AWS" occurs twice`},
		{"principal with a wildcard", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::000000000000:role/*"}`, "Invalid principal in policy"},
		{"service that is none", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"*"}`, "Invalid principal in policy"},
		{"unknown kind of principal", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Person":"me"}`, "Syntax errors"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := Trust(statement(tc.members)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestOneStatementNeedsNoList(t *testing.T) {
	doc, err := Identity(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}`)
	if err != nil || len(doc.Statements) != 1 {
		t.Errorf("document %+v, %v", doc, err)
	}
}

// FuzzParse checks that no document makes the parser or a decision panic, and
// that a parsed document decides every request.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		statement(`"Effect":"Allow","Action":"a:b","Resource":"*"`),
		statement(`"Effect":"Deny","NotAction":["a:*"],"NotResource":"arn:aws:sqs:::${aws:username, 'x'}","Condition":{"Null":{"a:b":true}}`),
		statement(`"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["*"]},"Condition":{"DateLessThan":{"a:b":"2026"}}`),
		`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::?","Condition":{"IpAddress":{"a:b":"::1/3"}}}}`,
		`{"Statement":[[]]}`, `[`, `{"Statement":{"Principal":{"AWS":{}}}}`,
	} {
		f.Add(seed)
	}
	request := Request{Action: "a:b", Resource: "arn:aws:sqs:::x", Context: context, Caller: Caller{Account: "000000000000"}}
	f.Fuzz(func(t *testing.T, raw string) {
		if doc, err := Identity(raw); err == nil {
			Evaluate([]*Document{doc}, request)
		}
		if doc, err := Trust(raw); err == nil {
			EvaluateTrust(doc, request)
		}
	})
}
