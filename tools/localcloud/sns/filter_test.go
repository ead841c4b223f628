package sns

import "testing"

// TestFilterPolicies tests examples of AWS's documentation, in both scopes.
func TestFilterPolicies(t *testing.T) {
	text := func(s string) *string { return &s }
	m := message{Text: `{"store":"shop","order":{"price":120,"tags":["a","b"]}}`, Attributes: map[string]Attribute{
		"store":  {DataType: "String", StringValue: text("shop")},
		"price":  {DataType: "Number", StringValue: text("210.75")},
		"sports": {DataType: "String.Array", StringValue: text(`["rugby","tennis"]`)},
		"raw":    {DataType: "Binary", BinaryValue: []byte("x")},
	}}
	for _, tc := range []struct {
		policy, scope string
		want          bool
	}{
		{"", "", true},
		{`{"store":["shop"]}`, "", true},
		{`{"store":["other"]}`, scopeAttributes, false},
		{`{"store":[{"anything-but":["other"]}],"price":[{"numeric":[">=",100,"<",300]}]}`, "", true},
		{`{"store":[{"prefix":"sh"}],"price":[{"numeric":[">",300]}]}`, "", false},
		{`{"sports":["tennis"]}`, "", true},
		{`{"sports":[{"exists":false}]}`, "", false},
		{`{"raw":[{"exists":true}]}`, "", false},
		{`{"order":{"price":[{"numeric":["=",120]}],"tags":["b"]}}`, scopeBody, true},
		{`{"order":{"price":[121]}}`, scopeBody, false},
		{`{"$or":[{"store":["other"]},{"price":[210.75]}]}`, "", true},
	} {
		u := subscription{Protocol: protocolSQS, Attributes: map[string]string{filterPolicy: tc.policy, filterPolicyScope: tc.scope}}
		if err := u.checkFilter(); err != nil {
			t.Errorf("%s: %v", tc.policy, err)
		}
		if got := u.wants(m); got != tc.want {
			t.Errorf("%s wants the message: %t", tc.policy, got)
		}
	}
	plain := subscription{Attributes: map[string]string{filterPolicy: `{"a":[{"exists":false}]}`, filterPolicyScope: scopeBody}}
	if plain.wants(message{Text: "no JSON"}) {
		t.Error("a message that is no JSON passes a filter of bodies")
	}
}
