package members

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// TestGuard: a member that is not listed is refused by its path at any depth, and
// an empty one counts as absent.
func TestGuard(t *testing.T) {
	table := Table{
		"Make": {Applied: "Name Code.Zip Rules.Pattern Routes.*.Level", Kept: "Note", Refused: "Layers", Query: "ByGroup"},
		"Call": {Applied: "Payload", Refused: "TenantId", Raw: true},
	}
	answer := func(context.Context, *wire.Call) (any, error) { return "done", nil }
	operations := Guard([]wire.Operation{{Name: "Make", Handle: answer}, {Name: "Call", Handle: answer}}, table,
		func(member string) error { return errors.New(Unsupported(member)) })
	for _, tc := range []struct {
		operation           int
		query, header, body string
		refused             string
	}{
		{body: `{"Name":"n","Code":{"Zip":"z"},"Note":"x"}`},
		{body: `{"name":"n","code":{"zip":"z"}}`},
		{body: `{"Layers":["a"]}`, refused: "Layers"},
		{body: `{"New":1}`, refused: "New"}, // of a later SDK
		{body: `{"Code":{"Bucket":"b"}}`, refused: "Code.Bucket"},
		{body: `{"Rules":[{"Pattern":"p"},{"Pattern":"p","Other":{"Deep":true}}]}`, refused: "Rules.Other.Deep"},
		{body: `{"Routes":{"GET /":{"Level":"x"}}}`},
		{body: `{"Routes":{"GET /":{"Limit":0}}}`, refused: "Routes.GET /.Limit"},
		{body: `{"Layers":[],"Code":{"Bucket":""},"New":null,"Old":false,"More":{}}`},
		{body: `not JSON`}, // the operation reports it
		{query: "name=n&ByGroup=g&X-Amz-Date=d&Empty="},
		{query: "Other=o", refused: "Other"},
		{operation: 1, body: `{"Anything":1}`},
		{operation: 1, header: "X-Amz-Tenant-Id", refused: "TenantId"},
	} {
		query, err := url.ParseQuery(tc.query)
		if err != nil {
			t.Fatal(err)
		}
		c := &wire.Call{Query: query, Header: http.Header{}, Body: []byte(tc.body)}
		if tc.header != "" {
			c.Header.Set(tc.header, "x")
		}
		_, err = operations[tc.operation].Handle(t.Context(), c)
		switch {
		case tc.refused == "" && err != nil:
			t.Errorf("%+v: %v", tc, err)
		case tc.refused != "" && (err == nil || err.Error() != Unsupported(tc.refused)):
			t.Errorf("%+v: got %v", tc, err)
		}
	}
}
