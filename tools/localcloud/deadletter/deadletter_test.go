package deadletter

import "testing"

func TestRead(t *testing.T) {
	const record = `{"requestContext":{"requestId":"r1","functionArn":"arn:aws:lambda:x"},"requestPayload":{"id":7}}`
	for name, c := range map[string]struct {
		body             string
		scheduled        bool
		payload, request string // "": it is none
	}{
		"a record of Lambda's":         {record, false, `{"id":7}`, "r1"},
		"an input that looks like one": {record, true, record, ""},
		"another message":              {`{"id":7}`, false, "", ""},
		"no JSON":                      {`hello`, false, "", ""},
	} {
		got, ok := Read(c.body, c.scheduled)
		if ok != (c.payload != "") || ok && (string(got.Payload) != c.payload || got.Request != c.request) {
			t.Errorf("%s: %q of the request %q, %t", name, got.Payload, got.Request, ok)
		}
	}
}
