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
		{"principal that is no kind", `"Effect":"Allow","Action":"sts:AssumeRole","Principal":"me"`, "Invalid principal in policy"},
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
